import { setTimeout as delay } from "node:timers/promises";
import { consoleLogger, type Logger, type PluginDefinition, within } from "@go-plugin/proto/internal";
import { type Managed, manage } from "../end/managed.js";
import { PluginError } from "../errors.js";
import type { PluginHandle } from "../plugin.js";
import { restartDelayMs } from "./backoff.js";
import type { CallErrors } from "./call-errors.js";
import { EventLog, type SupervisionEvent } from "./events.js";
import type { SuperviseSettings } from "./options.js";
import { type StartedProcess, startProcess } from "./start-process.js";
import { type Client, type ClientSource, methodKinds, SupervisedClient } from "./supervised-client.js";
import { Waiters, type WaitOptions } from "./waiters.js";

type State =
  | { readonly kind: "running"; readonly plugin: PluginHandle }
  | { readonly kind: "restarting" }
  | { readonly kind: "ended"; readonly reason: PluginError };

const restarting: State = { kind: "restarting" };
/** After the loss of a connection, the end of the process is usually noticed within this time. */
const exitGraceMs = 500;
const pingTimeoutMs = 1_000;

/** A supervised plugin, without its types: one process after the other, and clients that outlive them. */
export class Supervisor implements Managed, ClientSource {
  readonly #definition: PluginDefinition;
  readonly #settings: SuperviseSettings;
  readonly #callErrors: CallErrors;
  readonly #closing: AbortController;
  readonly version: number;
  readonly protocol: PluginHandle["protocol"];
  readonly events: EventLog<SupervisionEvent>;
  #state: State;
  #startedAt = performance.now();
  /** Restarts in a row. */
  #restarts = 0;
  #closed: Promise<void> | undefined;
  #checking: Promise<void> | undefined;
  readonly #clients = new Map<string, SupervisedClient>();
  readonly #waiters = new Waiters();
  readonly #logger: Logger;
  readonly #stopManaging: () => void;
  readonly #finished: Promise<void>;

  /**
   * @param definition has only the first process's version.
   * @param closing its signal cancels the start of a process, and closes it.
   */
  constructor(
    definition: PluginDefinition,
    settings: SuperviseSettings,
    callErrors: CallErrors,
    first: PluginHandle,
    closing: AbortController,
  ) {
    this.#definition = definition;
    this.#settings = settings;
    this.#callErrors = callErrors;
    this.#closing = closing;
    const { logger = consoleLogger(), managed = true } = settings.launch;
    this.version = first.version;
    this.protocol = first.protocol;
    this.events = new EventLog<SupervisionEvent>({ type: "started", pid: first.pid });
    this.#logger = logger;
    this.#state = { kind: "running", plugin: first };
    this.#stopManaging = managed ? manage(this, logger) : () => {};
    this.#finished = this.#keepAlive(first);
    closing.signal.addEventListener("abort", () => void this.close(), { once: true });
    if (closing.signal.aborted) void this.close();
  }

  async dispense(name: string): Promise<never> {
    for (;;) {
      const known = this.#clients.get(name);
      if (known) return known.methods as never;
      const plugin = await this.current();
      try {
        const client: Client = await plugin.dispense(name);
        if (this.#isCurrent(plugin) && !this.#clients.has(name)) this.#superviseClient(name, client);
      } catch (error) {
        if (this.#isCurrent(plugin) && this.#callErrors.isConnectionLoss(error)) await this.#checkOnce(plugin);
        if (this.#isCurrent(plugin) && !isClosed(error)) throw error;
        await plugin.exited;
      }
    }
  }

  async current({ signal }: { readonly signal?: AbortSignal } = {}): Promise<PluginHandle> {
    for (;;) {
      const state = this.#state;
      if (state.kind === "running") return state.plugin;
      if (state.kind === "ended") throw state.reason;
      await this.#waiters.wait({ signal }, { aborted: (reason) => reason, timedOut: () => undefined });
    }
  }

  async ready(options: WaitOptions): Promise<void> {
    const state = this.#state;
    if (state.kind === "ended") throw this.#callErrors.unavailable(state.reason.message, state.reason);
    if (state.kind === "running") return;
    if (!this.#settings.waitForReady) throw this.#callErrors.unavailable("the plugin is being restarted", undefined);
    await this.#waiters.wait(options, this.#callErrors);
  }

  // A property, so that each call can pass it to its promise without a closure.
  readonly fail = async (error: unknown): Promise<never> => {
    if (this.#state.kind === "running" && this.#callErrors.isConnectionLoss(error)) {
      await this.#checkOnce(this.#state.plugin);
    }
    throw error;
  };

  /** A process runs, as far as is known: no call has lost its connection just now. */
  get available(): boolean {
    return this.#state.kind === "running" && this.#checking === undefined;
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Its process is managed as well. */
  kill(): void {}

  async #close(): Promise<void> {
    const state = this.#state;
    this.#end(new PluginError("ERR_PLUGIN_CLOSED", "the plugin is closed"));
    this.#closing.abort();
    // A process that cannot be ended is abandoned, and its exit is never seen.
    await (state.kind === "running" ? state.plugin.close() : this.#finished);
    this.events.end();
  }

  /** From the start of one process to that of the next, until the plugin is closed or given up. Never rejects. */
  async #keepAlive(first: PluginHandle): Promise<void> {
    for (let plugin: PluginHandle | undefined = first; plugin; plugin = await this.#restart()) {
      const exit = await plugin.exited;
      if (performance.now() - this.#startedAt >= this.#settings.restart.healthyAfterMs) {
        this.#restarts = 0;
      }
      this.#leave(restarting);
      this.events.push({ type: "exited", pid: plugin.pid, ...exit });
      // Everything that the process left behind is removed before the next one starts.
      await plugin.close();
    }
    this.events.end();
  }

  /** `undefined` when there will be no other process. */
  async #restart(): Promise<PluginHandle | undefined> {
    const { restart } = this.#settings;
    const { signal } = this.#closing;
    let cause: unknown;
    while (!signal.aborted) {
      if (this.#restarts >= restart.maxRestarts) {
        this.#giveUp(cause);
        return undefined;
      }
      const inMs = restartDelayMs(restart, this.#restarts++);
      this.#logger.warn("plugin will be restarted", { attempt: this.#restarts, inMs });
      this.events.push({ type: "restarting", attempt: this.#restarts, inMs });
      try {
        await delay(inMs, undefined, { signal });
        return this.#enter(await startProcess(this.#definition, this.#settings, signal, this.#clients.keys()));
      } catch (error) {
        cause = error;
        if (signal.aborted) break;
        this.#logger.error("plugin could not be restarted", { error });
        this.events.push({ type: "start-failed", error });
      }
    }
    return undefined;
  }

  #enter({ plugin, clients }: StartedProcess): PluginHandle {
    // It is already closing; its exit is still awaited.
    if (this.#closing.signal.aborted) return plugin;
    this.#startedAt = performance.now();
    this.#state = { kind: "running", plugin };
    for (const [name, client] of clients) this.#clients.get(name)!.current = client;
    this.events.push({ type: "started", pid: plugin.pid });
    this.#waiters.resolveAll();
    return plugin;
  }

  /** No calls reach the process any more. */
  #leave(state: State): void {
    if (this.#state.kind === "ended") return;
    this.#state = state;
    for (const client of this.#clients.values()) client.current = undefined;
  }

  #end(reason: PluginError): void {
    this.#leave({ kind: "ended", reason });
    this.#waiters.resolveAll();
    this.#stopManaging();
  }

  #giveUp(cause: unknown): void {
    const { maxRestarts } = this.#settings.restart;
    const error = new PluginError(
      "ERR_PLUGIN_GAVE_UP",
      `the plugin ended, and ${maxRestarts} restarts in a row (restart.maxRestarts) did not help: it is not started any more`,
      { cause },
    );
    this.#logger.error("plugin is given up", { restarts: maxRestarts });
    this.events.push({ type: "gave-up", error });
    this.#end(error);
  }

  /** All calls that have lost the connection wait for the same check. */
  #checkOnce(plugin: PluginHandle): Promise<void> {
    this.#checking ??= this.#check(plugin).finally(() => {
      this.#checking = undefined;
    });
    return this.#checking;
  }

  /** A connection to the process was lost. A process that still runs but cannot be reached is replaced. */
  async #check(plugin: PluginHandle): Promise<void> {
    if (await within(plugin.exited, exitGraceMs)) return;
    const isLost = await plugin.ping({ timeoutMs: pingTimeoutMs }).then(
      () => this.protocol === "netrpc", // what was dispensed is not dispensed again
      (error) => this.#callErrors.isConnectionLoss(error),
    );
    if (!isLost || !this.#isCurrent(plugin)) return;
    this.#logger.error("plugin lives, but its connection is lost: closing it", { pid: plugin.pid });
    void plugin.close();
  }

  #isCurrent(plugin: PluginHandle): boolean {
    return this.#state.kind === "running" && this.#state.plugin === plugin;
  }

  #superviseClient(name: string, client: Client): void {
    const kinds = methodKinds(this.#definition.versions[this.version]!.services[name]!);
    this.#clients.set(name, new SupervisedClient(client, kinds, this));
  }
}

function isClosed(error: unknown): boolean {
  return error instanceof PluginError && error.code === "ERR_PLUGIN_CLOSED";
}
