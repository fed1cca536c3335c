import type { PluginClient } from "@go-plugin/proto/internal";
import { PluginError } from "../errors.js";
import type { PluginExit } from "../process/plugin-exit.js";
import { nameOf, type RunningProcess } from "../process/running-process.js";
import { removeSocketDirectory } from "../runner/socket-directory.js";
import { lastLines } from "../stderr/printable.js";
import type { LaunchSettings } from "../validate/launch-options.js";
import { endProcess } from "./end-process.js";
import { type Managed, manage } from "./managed.js";
import { removeSocketFile, removeSocketFileNow, type SocketFile } from "./socket-file.js";
import type { Watchdog } from "./watchdog.js";
import { within } from "./within.js";

/** Until the last output that the plugin sent over its connection has been read, when its process has ended. */
const outputTimeoutMs = 1_000;

/** Everything that a plugin holds in the host, from its start to its end, however it ends. */
export class Lifecycle implements Managed {
  /** Set as soon as there is a connection, so that the plugin can be asked to end. */
  client: PluginClient | undefined;
  /** Set while a watchdog runs. */
  watchdog: Watchdog | undefined;
  /** Aborted when the plugin is to be closed. */
  readonly closing: AbortSignal;
  readonly #closingController = new AbortController();
  readonly #stopManaging: () => void;
  readonly #released: Promise<void>;
  #socketFile: SocketFile | undefined;
  #socketDirectory: string | undefined;
  #closed: Promise<void> | undefined;

  constructor(
    readonly process: RunningProcess,
    private readonly settings: LaunchSettings,
    /** What closing means: a plugin in test mode is another's to end. */
    private readonly onClose: "end" | "disconnect" = "end",
  ) {
    this.closing = this.#closingController.signal;
    this.#stopManaging = settings.managed ? manage(this, settings.logger) : () => {};
    const onAbort = () => void this.close();
    settings.signal?.addEventListener("abort", onAbort, { once: true });
    this.#released = process.exited.then(async (exit) => {
      this.#log(exit);
      await this.#release(exit.expected ? undefined : endedError(exit));
      settings.signal?.removeEventListener("abort", onAbort);
      this.#stopManaging();
    });
  }

  /** It is known where the plugin listens: the file goes with it. */
  ownSocketFile(file: SocketFile | undefined): void {
    this.#socketFile = file;
    if (file) this.watchdog?.removeSocket(file.path);
  }

  /** The directory of the sockets was made for this plugin: it goes with it. */
  ownSocketDirectory(path: string | undefined): void {
    this.#socketDirectory = path;
  }

  /** Ends the plugin and all that belongs to it; the second call waits for the same end. Never rejects. */
  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  /** Lets the plugin live on without this host. */
  detach(): void {
    this.#closed ??= Promise.resolve();
    this.#closingController.abort();
    this.#stopManaging();
    this.process.detach();
    this.client?.close();
    void this.watchdog?.stop();
  }

  kill(): void {
    if (this.onClose === "disconnect") return;
    this.process.expectExit();
    this.process.signal("SIGKILL");
    if (this.#socketFile) removeSocketFileNow(this.#socketFile);
    if (this.#socketDirectory) removeSocketDirectory(this.#socketDirectory, this.settings.logger);
  }

  async #close(): Promise<void> {
    this.#closingController.abort();
    if (this.onClose === "disconnect") {
      this.process.expectExit();
      this.#stopManaging();
      this.client?.close();
      return;
    }
    await endProcess(this.process, this.client, this.settings);
    if (this.process.state === "exited") await this.#released;
    else await this.#release();
  }

  async #release(cause?: PluginError): Promise<void> {
    const { client } = this;
    if (client) {
      const isRead = await within(
        client.closed.then(() => true),
        outputTimeoutMs,
      );
      if (!isRead) {
        const fields = { ...nameOf(this.process), timeoutMs: outputTimeoutMs };
        this.settings.logger.warn("the end of the plugin's output was not taken in time, dropping it", fields);
      }
      client.close(cause);
    }
    if (this.#socketFile) await removeSocketFile(this.#socketFile);
    if (this.#socketDirectory) removeSocketDirectory(this.#socketDirectory, this.settings.logger);
    await this.watchdog?.stop();
  }

  #log({ code, signal, expected }: PluginExit): void {
    const { logger } = this.settings;
    const fields = { ...nameOf(this.process), ...(signal ? { signal } : { code }) };
    if (expected) logger.debug("plugin process exited", fields);
    else logger.error("plugin process exited unexpectedly", fields);
  }
}

/** What calls to a plugin that has died fail with: its last words say more than a lost connection. */
function endedError({ code, signal, stderrTail }: PluginExit): PluginError {
  const how = signal === null ? `exited with code ${code}` : `was ended by ${signal}`;
  const words = lastLines(stderrTail, 5).join("\n");
  return new PluginError("ERR_PLUGIN_CLOSED", `the plugin ${how}${words && `; the end of its stderr:\n${words}`}`, {
    exitCode: code ?? undefined,
    signal: signal ?? undefined,
    stderrTail,
  });
}
