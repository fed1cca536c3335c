import { listenForAbort, type PluginClient, type SocketWatcher, within } from "@go-plugin/proto/internal";
import { PluginError } from "../errors.js";
import { HandleGroup } from "../process/handle-group.js";
import { exitCodeText, type PluginExit } from "../process/plugin-exit.js";
import { nameOf, type RunningProcess } from "../process/running-process.js";
import { lastLines } from "../stderr/printable.js";
import type { LaunchSettings } from "../validate/launch-options.js";
import { BrokeredSockets } from "./brokered-sockets.js";
import { endProcess } from "./end-process.js";
import { type Managed, manage } from "./managed.js";
import type { Resource } from "./resource.js";

/** The time in which the last output over the connection must be read after the process has ended. */
const outputTimeoutMs = 1_000;

/** A plugin's process and everything that belongs to it, from its start to its end. */
export class Lifecycle implements Managed {
  readonly process: RunningProcess;
  /** Aborts when the plugin is to be closed. */
  readonly closing: AbortSignal;
  /** Sockets and servers of this side. */
  readonly handles = new HandleGroup();
  readonly #settings: LaunchSettings;
  readonly #onClose: "end" | "disconnect";
  readonly #closingController = new AbortController();
  readonly #stopManaging: () => void;
  readonly #released: Promise<void>;
  readonly #resources: Resource[] = [];
  #isReleased = false;
  #releasing = Promise.resolve();
  #client: PluginClient | undefined;
  #closed: Promise<void> | undefined;

  /** @param onClose replaces the end of the process: somebody else ends a plugin in test mode. */
  constructor(process: RunningProcess, settings: LaunchSettings, onClose: "end" | "disconnect" = "end") {
    this.process = process;
    this.#settings = settings;
    this.#onClose = onClose;
    this.closing = this.#closingController.signal;
    this.#stopManaging = settings.managed ? manage(this, settings.logger) : () => {};
    const onAbort = () => void this.close();
    if (settings.signal) listenForAbort(settings.signal, onAbort);
    this.#released = process.exited.then(async (exit) => {
      this.#log(exit);
      await this.#release(exit.expected ? undefined : endedError(exit));
      settings.signal?.removeEventListener("abort", onAbort);
      this.#stopManaging();
    });
  }

  /** Adds a resource. Resources are released in reverse order. */
  own(resource: Resource): void {
    this.#resources.push(resource);
    if (this.#isReleased) void this.#release();
  }

  /** Adds the connection, which is used to ask the plugin to end. */
  ownClient(client: PluginClient): void {
    this.#client = client;
    this.own({ release: (cause) => this.#disconnect(client, cause), detach: () => client.close() });
  }

  /** Observes brokered sockets: the plugin's are removed with it, and this side's belong to the handles. */
  watchSockets(): SocketWatcher {
    const sockets = new BrokeredSockets();
    if (this.#onClose === "end") this.own(sockets);
    return { onHandle: (handle) => this.handles.add(handle), onOffer: (address) => sockets.add(address) };
  }

  /** Lets the plugin keep this process alive, which it does by default. */
  ref(): void {
    this.process.ref();
    this.handles.ref();
  }

  /** Lets this process end while the plugin runs. */
  unref(): void {
    this.process.unref();
    this.handles.unref();
  }

  /** Ends the plugin and everything that belongs to it; later calls wait for the same end. Never rejects. */
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
    for (const resource of this.#resources) resource.detach?.();
  }

  kill(): void {
    if (this.#onClose === "disconnect") return;
    this.process.expectExit();
    this.process.signal("SIGKILL");
    for (const resource of this.#resources) resource.kill?.();
  }

  async #close(): Promise<void> {
    if (this.#onClose === "disconnect") {
      this.#closingController.abort();
      this.process.expectExit();
      this.#stopManaging();
      this.#client?.close();
      return;
    }
    // The connection may have to be dialed again to ask the plugin to end.
    await endProcess(this.process, this.#client, this.#settings);
    this.#closingController.abort();
    if (this.process.state === "exited") await this.#released;
    await this.#release();
  }

  #release(cause?: PluginError): Promise<void> {
    this.#releasing = this.#releasing.then(() => this.#releaseAll(cause));
    return this.#releasing;
  }

  async #releaseAll(cause: PluginError | undefined): Promise<void> {
    for (let resource = this.#resources.pop(); resource; resource = this.#resources.pop()) {
      await resource.release(cause);
    }
    this.#isReleased = true;
  }

  async #disconnect(client: PluginClient, cause: PluginError | undefined): Promise<void> {
    const read = client.closed.then(() => true);
    if (!(await within(read, outputTimeoutMs))) {
      const fields = { ...nameOf(this.process), timeoutMs: outputTimeoutMs };
      this.#settings.logger.warn("dropping the end of the plugin's output, which was not read in time", fields);
    }
    client.close(cause);
  }

  #log({ code, signal, expected }: PluginExit): void {
    const { logger } = this.#settings;
    const fields = { ...nameOf(this.process), ...(signal ? { signal } : { code }) };
    if (expected) logger.debug("plugin process exited", fields);
    else logger.error("plugin process exited unexpectedly", fields);
  }
}

/**
 * The error of calls to a plugin that has died. It includes the end of stderr, which explains more than a lost
 * connection.
 */
export function endedError({ code, signal, stderrTail }: PluginExit): PluginError {
  const how = signal === null ? `exited with code ${exitCodeText(code)}` : `was ended by ${signal}`;
  const words = lastLines(stderrTail, 5).join("\n");
  return new PluginError("ERR_PLUGIN_CLOSED", `the plugin ${how}${words && `; the end of its stderr:\n${words}`}`, {
    exitCode: code ?? undefined,
    signal: signal ?? undefined,
    stderrTail,
  });
}
