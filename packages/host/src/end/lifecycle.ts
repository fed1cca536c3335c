import type { PluginClient } from "@go-plugin/proto";
import type { LaunchSettings } from "../options.js";
import type { PluginExit, PluginProcess } from "../plugin-process.js";
import { endProcess } from "./end-process.js";
import { type Managed, manage } from "./managed.js";
import { removeSocketFile, removeSocketFileNow, type SocketFile } from "./socket-file.js";
import { within } from "./within.js";

/** Until the last output that the plugin sent over its connection has been read, when its process has ended. */
const outputTimeoutMs = 1_000;

/** Everything that a plugin holds in the host, from its start to its end, however it ends. */
export class Lifecycle implements Managed {
  /** Set as soon as there is a connection, so that the plugin can be asked to end. */
  client: PluginClient | undefined;
  /** Set as soon as it is known where the plugin listens. */
  socketFile: SocketFile | undefined;
  /** Set while a watchdog runs. */
  stopWatchdog: (() => Promise<void>) | undefined;
  /** Aborted when the plugin is to be closed. */
  readonly closing: AbortSignal;
  readonly #closingController = new AbortController();
  readonly #released: Promise<void>;
  #closed: Promise<void> | undefined;

  constructor(
    readonly process: PluginProcess,
    private readonly settings: LaunchSettings,
  ) {
    this.closing = this.#closingController.signal;
    const stopManaging = settings.managed ? manage(this) : undefined;
    const onAbort = () => void this.close();
    settings.signal?.addEventListener("abort", onAbort, { once: true });
    this.#released = process.exited.then(async (exit) => {
      this.#log(exit);
      await this.#release();
      settings.signal?.removeEventListener("abort", onAbort);
      stopManaging?.();
    });
  }

  /** Ends the plugin and all that belongs to it; the second call waits for the same end. Never rejects. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  kill(): void {
    this.process.expectExit();
    this.process.signal("SIGKILL");
    if (this.socketFile) removeSocketFileNow(this.socketFile);
  }

  async #close(): Promise<void> {
    this.#closingController.abort();
    await endProcess(this.process, this.client, this.settings);
    if (this.process.state === "exited") await this.#released;
    else await this.#release();
  }

  async #release(): Promise<void> {
    const { client, socketFile } = this;
    if (client) {
      await within(client.closed, outputTimeoutMs);
      client.close();
    }
    if (socketFile) await removeSocketFile(socketFile);
    await this.stopWatchdog?.();
  }

  #log({ code, signal, expected }: PluginExit): void {
    const { logger } = this.settings;
    const fields = { pid: this.process.pid, ...(signal ? { signal } : { code }) };
    if (expected) logger.debug("plugin process exited", fields);
    else logger.error("plugin process exited unexpectedly", fields);
  }
}
