import type { Duplex } from "node:stream";
import type { ServerInterceptor } from "@go-plugin/grpc";
import type { Implementation, ListenOptions, Logger, PluginServer, PluginSet } from "@go-plugin/proto";
import type { Security } from "@go-plugin/proto/tls";
import { processOutput } from "./process-output.js";

export type ServedImplementations = { readonly [name: string]: Implementation<object> };

export interface ServeProtocolOptions {
  readonly version: number;
  readonly logger: Logger;
  /** Where the sockets of brokered connections are made. */
  readonly sockets: ListenOptions;
  readonly security: Security | undefined;
  /** Whether the host wants gRPC's brokered connections on the one connection. */
  readonly multiplex: boolean;
  readonly interceptors: readonly ServerInterceptor[] | undefined;
}

/** A server of the set's protocol, and what takes the connections that hosts make. */
export interface ServedProtocol {
  readonly server: PluginServer;
  handle(connection: Duplex): void;
  /** Ends the server and every connection. */
  close(): Promise<void>;
}

/** How long the last output may take to reach a host that reads slowly. */
const flushTimeoutMs = 5_000;

/** Serves a set by its protocol, whose half alone is loaded. */
export function serveProtocol(
  set: PluginSet,
  implementations: ServedImplementations,
  options: ServeProtocolOptions,
): Promise<ServedProtocol> {
  return set.protocol === "grpc"
    ? serveGrpc(set, implementations, options)
    : serveNetRpc(set, implementations, options);
}

async function serveGrpc(
  set: PluginSet,
  implementations: ServedImplementations,
  { version, logger, sockets, security, multiplex, interceptors }: ServeProtocolOptions,
): Promise<ServedProtocol> {
  const { localSockets, MultiplexedConnection, PlainTransport, servePlugins } = await import("@go-plugin/proto/grpc");
  const handle = securely(security, (connection) => server.handle(connection));
  const multiplexed = multiplex ? new MultiplexedConnection("server", handle, logger) : undefined;
  const server = servePlugins(set, implementations, {
    version,
    logger,
    stdio: processOutput.capture,
    flushTimeoutMs,
    transport: multiplexed?.transport ?? ((link) => new PlainTransport(link, localSockets(sockets), logger)),
    ...(security && { security }),
    ...(interceptors && { interceptors }),
  });
  if (!multiplexed) return { server, handle, close: () => server.close() };
  return {
    server,
    handle: (connection) => multiplexed.use(connection),
    close: async () => {
      await server.close();
      multiplexed.close();
    },
  };
}

async function serveNetRpc(
  set: PluginSet,
  implementations: ServedImplementations,
  { version, logger, security }: ServeProtocolOptions,
): Promise<ServedProtocol> {
  const { servePlugins } = await import("@go-plugin/proto/netrpc");
  const server = servePlugins(set, implementations, { version, logger, stdio: processOutput.capture, flushTimeoutMs });
  const handle = securely(security, (connection) => server.handle(connection));
  return { server, handle, close: () => server.close() };
}

function securely(security: Security | undefined, handle: (connection: Duplex) => void): (connection: Duplex) => void {
  return security ? security.server(handle) : handle;
}
