import type { Duplex } from "node:stream";
import {
  type Deadline,
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
import { exitedError, throwIfExited } from "../handshake/exited-error.js";
import type { LaunchSettings } from "../validate/launch-options.js";

const beforeConnected = "after it had printed its handshake line, before it could be connected to";

/** Begins to load the one protocol that the plugin can choose, while the plugin starts. */
export function preloadClient(protocols: Iterable<Protocol>): void {
  const [protocol, ...others] = new Set(protocols);
  // A failure to load it shows again when it is needed.
  if (protocol && others.length === 0) loadClient(protocol).catch(() => {});
}

/**
 * Connects to the plugin's address and waits until it answers. The connection belongs to the plugin's lifecycle.
 *
 * @throws {PluginError}
 */
export async function connectClient(
  handshake: Handshake,
  set: PluginSet,
  security: Security | undefined,
  settings: LaunchSettings,
  lifecycle: Lifecycle,
  deadline: Deadline,
): Promise<PluginClient> {
  const { process } = lifecycle;
  void process.exited.then((exit) => deadline.cancel(exitedError(exit, beforeConnected)));
  const dialer = new Dialer(handshake, settings, lifecycle, deadline);
  const connecting = loadClient(handshake.protocol).then(({ connectPlugin }) =>
    connectPlugin(set, () => dialer.dial(), { ...settings, security, translator: process.translator }),
  );
  try {
    const client = await deadline.step(`answer at ${handshake.network} ${handshake.address}`, () => connecting);
    dialer.connected();
    lifecycle.ownClient(client);
    return client;
  } catch (cause) {
    dialer.destroy();
    connecting.then((client) => client.close()).catch(() => {});
    deadline.signal.throwIfAborted();
    await throwIfExited(process, deadline, beforeConnected);
    throw connectError(cause, handshake);
  }
}

/** Dials the plugin: within the start's deadline at first, and until the plugin is closed when a connection was lost. */
class Dialer {
  readonly #handshake: Handshake;
  readonly #timeoutMs: number;
  readonly #closing: AbortSignal;
  #deadline: Deadline | undefined;
  #socket: Duplex | undefined;

  constructor(handshake: Handshake, settings: LaunchSettings, { closing }: Lifecycle, deadline: Deadline) {
    this.#handshake = handshake;
    this.#timeoutMs = settings.startTimeoutMs;
    this.#closing = closing;
    this.#deadline = deadline;
  }

  async dial(): Promise<Duplex> {
    const signal = this.#deadline?.signal ?? AbortSignal.any([this.#closing, AbortSignal.timeout(this.#timeoutMs)]);
    this.#socket = await dial(this.#handshake, signal);
    return this.#socket;
  }

  connected(): void {
    this.#deadline = undefined;
  }

  destroy(): void {
    this.#socket?.destroy();
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
