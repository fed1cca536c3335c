import type { Duplex } from "node:stream";
import type { PluginClient, PluginSet, Protocol } from "@go-plugin/proto";
import type { Security } from "@go-plugin/proto/tls";
import type { LaunchSettings } from "../options.js";

type Connect = (
  set: PluginSet,
  dial: () => Promise<Duplex>,
  security: Security | undefined,
  settings: LaunchSettings,
) => Promise<PluginClient>;

// Each half is loaded for plugins that speak its protocol, and for no others.
const loadGrpc = () => import("@go-plugin/proto/grpc");
const loadNetRpc = () => import("@go-plugin/proto/netrpc");

/** Begins to load what a connection will need, while the plugin starts; an error shows when it is needed. */
export function preload(protocols: Iterable<Protocol>): void {
  const [protocol, ...others] = new Set(protocols);
  if (others.length > 0) return;
  const loading: Promise<unknown> = protocol === "grpc" ? loadGrpc() : loadNetRpc();
  loading.catch(() => {});
}

/** Connects to a plugin by the protocol that it speaks. */
export const connectByProtocol: { readonly [P in Protocol]: Connect } = {
  async grpc(set, dial, security, settings) {
    const { connectPlugin, localSockets, MultiplexedConnection, PlainTransport } = await loadGrpc();
    const { logger, sockets, interceptors, multiplex } = settings;
    const options = {
      logger,
      ...outputOf(settings),
      ...(security && { security }),
      ...(interceptors && { interceptors }),
    };
    const secured = async (connection: Duplex) => (security ? security.client(connection) : connection);
    if (!multiplex) {
      return connectPlugin(set, async () => secured(await dial()), {
        ...options,
        transport: (link) => new PlainTransport(link, localSockets(sockets), logger),
      });
    }
    const multiplexed = new MultiplexedConnection("client", (stream) => stream.destroy(), logger);
    multiplexed.use(await dial());
    try {
      return await connectPlugin(set, () => secured(multiplexed.open()), {
        ...options,
        transport: multiplexed.transport,
        onClose: () => multiplexed.close(),
      });
    } catch (error) {
      multiplexed.close();
      throw error;
    }
  },

  async netrpc(set, dial, security, settings) {
    const { connectPlugin } = await loadNetRpc();
    const secured = async () => (security ? security.client(await dial()) : dial());
    return connectPlugin(set, secured, { logger: settings.logger, ...outputOf(settings) });
  },
};

function outputOf({ stdout, stderr }: LaunchSettings): Pick<LaunchSettings, "stdout" | "stderr"> {
  return { ...(stdout && { stdout }), ...(stderr && { stderr }) };
}
