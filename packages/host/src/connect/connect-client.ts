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
  within,
} from "@go-plugin/proto/internal";
import { endedError, type Lifecycle } from "../end/lifecycle.js";
import { PluginError } from "../errors.js";
import { exitedError, exitGraceMs, throwIfExited } from "../handshake/exited-error.js";
import type { HandleGroup } from "../process/handle-group.js";
import type { PluginExit } from "../process/plugin-exit.js";
import type { LaunchSettings } from "../validate/launch-options.js";
import { explainTlsError } from "./tls-error.js";

const beforeConnected = "after it had printed its handshake line, before it could be connected to";

/** Begins to load the one protocol that the plugin can choose, while the plugin starts. */
export function preloadClient(protocols: Iterable<Protocol>): void {
  const [protocol, ...others] = new Set(protocols);
  // The failure appears again when the client is needed.
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
  const watcher = settings.runner ? undefined : lifecycle.watchSockets();
  const connecting = loadClient(handshake.protocol).then(({ connectPlugin }) =>
    connectPlugin(set, () => dialer.dial(), { ...settings, security, translator: process.translator, watcher }),
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
    throw connectError(cause, handshake, security !== undefined);
  }
}

/** Dials the plugin: within the start's deadline at first, and until the plugin is closed when a connection was lost. */
class Dialer {
  readonly #handshake: Handshake;
  readonly #timeoutMs: number;
  readonly #closing: AbortSignal;
  readonly #exited: Promise<PluginExit>;
  readonly #handles: HandleGroup;
  #deadline: Deadline | undefined;
  #socket: Duplex | undefined;

  constructor(
    handshake: Handshake,
    settings: LaunchSettings,
    { closing, process, handles }: Lifecycle,
    deadline: Deadline,
  ) {
    this.#handshake = handshake;
    this.#timeoutMs = settings.startTimeoutMs;
    this.#closing = closing;
    this.#exited = process.exited;
    this.#handles = handles;
    this.#deadline = deadline;
  }

  async dial(): Promise<Duplex> {
    const signal = this.#deadline?.signal ?? AbortSignal.any([this.#closing, AbortSignal.timeout(this.#timeoutMs)]);
    try {
      const socket = await dial(this.#handshake, signal);
      this.#handles.add(socket);
      this.#socket = socket;
      return socket;
    } catch (error) {
      if (!this.#deadline) await this.#throwIfEnded();
      throw error;
    }
  }

  /** A plugin that cannot be dialed again has usually ended. Its exit explains more than a refused connection. */
  async #throwIfEnded(): Promise<void> {
    const exit = await within(this.#exited, exitGraceMs);
    if (exit?.expected === false) throw endedError(exit);
  }

  connected(): void {
    this.#deadline = undefined;
  }

  destroy(): void {
    this.#socket?.destroy();
  }
}

function connectError(cause: unknown, { network, address, protocol }: Handshake, usesTls: boolean): PluginError {
  for (let error = cause; error instanceof Error; error = error.cause) {
    if (error instanceof SocketError) return new PluginError("ERR_PLUGIN_CONNECT", error.message, { cause: error });
  }
  const tls = usesTls ? explainTlsError(cause) : undefined;
  if (tls) {
    const message = `the plugin accepted a connection at ${network} ${JSON.stringify(address)}, but TLS failed: ${tls} (${reasonOf(cause)})`;
    return new PluginError("ERR_PLUGIN_CONNECT", message, { cause });
  }
  return new PluginError(
    "ERR_PLUGIN_CONNECT",
    `the plugin accepted a connection at ${network} ${JSON.stringify(address)}, but does not speak ${protocol} there: ` +
      reasonOf(cause) +
      (!usesTls && isClosed(cause) ? ". It may expect TLS: see the options tls and autoMtls" : ""),
    { cause },
  );
}

/** A plugin that gets no TLS where it expects it hangs up. */
function isClosed(cause: unknown): boolean {
  return /the peer closed the connection|ECONNRESET|EPIPE/.test(reasonOf(cause));
}
