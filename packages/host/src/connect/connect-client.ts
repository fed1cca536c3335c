import type { Duplex } from "node:stream";
import {
  dial,
  type Handshake,
  loadClient,
  type PluginClient,
  type PluginSet,
  type Protocol,
  reasonOf,
  type Security,
  SocketError,
} from "@go-plugin/proto/internal";
import type { Lifecycle } from "../end/lifecycle.js";
import { PluginError } from "../errors.js";
import { exitedError, throwIfExited } from "../handshake/receive-handshake.js";
import type { StartDeadline } from "../start/start-deadline.js";
import type { LaunchSettings } from "../validate/launch-options.js";

const beforeConnected = "after it had printed its handshake line, before it could be connected to";

/** Begins to load what a connection will need, while the plugin starts; an error shows when it is needed. */
export function preload(protocols: Iterable<Protocol>): void {
  const [protocol, ...others] = new Set(protocols);
  if (protocol && others.length === 0) loadClient(protocol).catch(() => {});
}

/**
 * Connects to the plugin's address and waits until it answers.
 *
 * @throws {PluginError}
 */
export async function connectClient(
  handshake: Handshake,
  set: PluginSet,
  security: Security | undefined,
  settings: LaunchSettings,
  { process, closing }: Lifecycle,
  start: StartDeadline,
): Promise<PluginClient> {
  void process.exited.then((exit) => start.abort(exitedError(exit, beforeConnected)));
  let starting = true;
  let socket: Duplex | undefined;
  const connect = async (): Promise<Duplex> => {
    const limit = starting ? start.signal : AbortSignal.any([closing, AbortSignal.timeout(settings.startTimeoutMs)]);
    socket = await dial(handshake, limit);
    return socket;
  };
  const connecting = loadClient(handshake.protocol).then(({ connectPlugin }) =>
    connectPlugin(set, connect, { ...settings, security, translator: process.translator }),
  );
  try {
    const client = await start.until(`answer at ${handshake.network} ${handshake.address}`, connecting);
    starting = false;
    return client;
  } catch (cause) {
    socket?.destroy();
    connecting.then((client) => client.close()).catch(() => {});
    start.signal.throwIfAborted();
    await throwIfExited(process, start, beforeConnected);
    throw connectError(cause, handshake);
  }
}

function connectError(cause: unknown, { network, address, protocol }: Handshake): PluginError {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if (error instanceof SocketError) return new PluginError("ERR_PLUGIN_CONNECT", error.message, { cause: error });
  }
  return new PluginError(
    "ERR_PLUGIN_CONNECT",
    `the plugin accepted a connection at ${network} ${JSON.stringify(address)}, but does not speak ${protocol} there: ` +
      reasonOf(cause),
    { cause },
  );
}
