import { consoleLogger, type Logger, type PluginDefinition } from "@go-plugin/proto/internal";
import { type Managed, manage } from "../end/managed.js";
import { PluginError } from "../errors.js";
import type { PluginHandle } from "../plugin.js";
import { restartDelayMs } from "../supervise/backoff.js";
import type { CallErrors } from "../supervise/call-errors.js";
import { EventLog } from "../supervise/events.js";
import type { SuperviseSettings } from "../supervise/options.js";
import { type Client, methodKinds } from "../supervise/supervised-client.js";
import type { LaunchOptions } from "../validate/launch-options.js";
import type { Callbacks, ServeTo } from "./callbacks.js";
import { Dispatcher } from "./dispatcher.js";
import { type PoolEvent, pooled } from "./events.js";
import { type Member, startAll, startMember } from "./member.js";
import { memoryOf } from "./memory.js";
import type { PoolLimits } from "./options.js";
import { pooledClient } from "./pooled-client.js";
import type { QueueOptions } from "./queue.js";
import type { PoolStats } from "./stats.js";

/** The parts of a pool. */
export interface PoolParts {
  /** Offers the version of the first processes alone. */
  readonly definition: PluginDefinition;
  readonly limits: PoolLimits;
  readonly settings: SuperviseSettings;
  readonly callErrors: CallErrors;
  readonly callbacks: Callbacks;
  /** Its signal ends every process. */
  readonly closing: AbortController;
}

/** A pool, without its types. */
export class ProcessPool implements Managed {
  readonly version: number;
  readonly protocol: PluginHandle["protocol"];
  readonly events: EventLog<PoolEvent>;
  readonly #definition: PluginDefinition;
  readonly #limits: PoolLimits;
  #settings: SuperviseSettings;
  readonly #callbacks: Callbacks;
  readonly #closing: AbortController;
  readonly #logger: Logger;
  readonly #dispatcher: Dispatcher;
  readonly #draining = new Set<Member>();
  readonly #clients = new Map<string, Client>();
  /** The start of another process, which never rejects. */
  #growing: Promise<void> | undefined;
  #growFailures = 0;
  #growAgainAt = 0;
  /** Ends of the restarts so far. */
  #restarting: Promise<unknown> | undefined;
  #idleTimer: NodeJS.Timeout | undefined;
  #closed: Promise<void> | undefined;
  readonly #stopManaging: () => void;

  constructor({ definition, limits, settings, callErrors, callbacks, closing }: PoolParts, members: Member[]) {
    const { version, protocol } = members[0]!.supervisor;
    const { logger = consoleLogger(), managed = true } = settings.launch;
    this.version = version;
    this.protocol = protocol;
    this.#definition = definition;
    this.#limits = limits;
    this.#settings = settings;
    this.#callbacks = callbacks;
    this.#closing = closing;
    this.#logger = logger;
    this.#dispatcher = new Dispatcher(members, limits, settings.waitForReady, callErrors, () => this.#grow());
    this.events = new EventLog<PoolEvent>({ type: "ready", size: members.length });
    this.#stopManaging = managed ? manage(this, logger) : () => {};
    for (const member of members) void this.#watch(member);
    closing.signal.addEventListener("abort", () => void this.close(), { once: true });
    if (closing.signal.aborted) void this.close();
  }

  get size(): number {
    return this.#members.length;
  }

  async dispense(name: string): Promise<never> {
    if (!this.#clients.has(name)) {
      const { member } = await this.#acquire({});
      try {
        await member.dispense(name);
      } finally {
        this.#dispatcher.giveBack(member);
      }
      const kinds = methodKinds(this.#definition.versions[this.version]!.services[name]!);
      if (!this.#clients.has(name)) this.#clients.set(name, pooledClient(this.#dispatcher, name, kinds));
    }
    return this.#clients.get(name) as never;
  }

  async use<T>(run: (plugin: PluginHandle) => T | Promise<T>, options: QueueOptions = {}): Promise<T> {
    const { member } = await this.#acquire(options);
    const startedAt = performance.now();
    let failed = true;
    try {
      const result = await run(await member.supervisor.current());
      failed = false;
      return result;
    } finally {
      this.#dispatcher.release(member, startedAt, failed);
    }
  }

  async each<T>(run: (plugin: PluginHandle) => T | Promise<T>): Promise<T[]> {
    if (this.#ended) throw this.#ended;
    return Promise.all(this.#members.map(async ({ supervisor }) => run(await supervisor.current())));
  }

  async serve(
    service: never,
    implementation: never,
    announce: (id: number, plugin: PluginHandle) => unknown,
  ): Promise<AsyncDisposable & { close(): Promise<void> }> {
    const serveTo: ServeTo = async (plugin) => {
      const server = plugin.broker.serve(service, implementation);
      try {
        await announce(server.id, plugin);
        return server;
      } catch (error) {
        await server.close();
        throw error;
      }
    };
    const { close } = await this.#callbacks.add(serveTo);
    return { close, [Symbol.asyncDispose]: close };
  }

  restart(changes: Partial<LaunchOptions> & { readonly drainTimeoutMs?: number } = {}): Promise<void> {
    const before = this.#restarting ?? Promise.resolve();
    const restart = before.then(() => this.#restart(changes));
    const ended = restart.catch(() => {});
    this.#restarting = ended;
    void ended.then(() => {
      if (this.#restarting === ended) this.#restarting = undefined;
    });
    return restart;
  }

  async stats(): Promise<PoolStats> {
    const all = await Promise.all([...this.#members, ...this.#draining].map((member) => member.stats()));
    const memory = await memoryOf(all.flatMap(({ pid }) => (pid ? pid : [])));
    const processes = all.map((stats) => ({ ...stats, memoryBytes: memory.get(stats.pid ?? 0) }));
    return { size: this.#members.length, queued: this.#dispatcher.queued, processes };
  }

  close(): Promise<void> {
    this.#closed ??= this.#close();
    return this.#closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  /** Its processes are managed as well. */
  kill(): void {}

  async #close(): Promise<void> {
    const members = [...this.#members, ...this.#draining];
    this.#end(new PluginError("ERR_PLUGIN_CLOSED", "the pool is closed"));
    this.#closing.abort();
    await Promise.all([...members.map((member) => member.close()), this.#growing, this.#restarting]);
    this.events.end();
  }

  get #members(): readonly Member[] {
    return this.#dispatcher.members;
  }

  get #ended(): PluginError | undefined {
    return this.#dispatcher.ended;
  }

  #end(reason: PluginError): void {
    if (this.#ended) return;
    this.#dispatcher.end(reason);
    clearTimeout(this.#idleTimer);
    this.#stopManaging();
  }

  async #acquire(options: QueueOptions): Promise<{ member: Member }> {
    if (this.#ended) throw this.#ended;
    return this.#dispatcher.acquire(options);
  }

  #start(slot: number, settings: SuperviseSettings): Promise<Member> {
    const prepare = preparation(settings, this.#callbacks);
    return startMember(slot, this.#definition, settings, prepare, this.#closing.signal, this.#clients.keys());
  }

  #grow(): void {
    if (this.#members.length >= this.#limits.max || this.#growing || this.#restarting || this.#ended) return;
    if (performance.now() < this.#growAgainAt) return;
    this.#growing = this.#addMember().finally(() => {
      this.#growing = undefined;
    });
  }

  async #addMember(): Promise<void> {
    const taken = new Set(this.#members.map(({ slot }) => slot));
    let slot = 0;
    while (taken.has(slot)) slot++;
    try {
      const member = await this.#start(slot, this.#settings);
      if (this.#ended) return await member.close();
      this.#growFailures = 0;
      this.#dispatcher.members = [...this.#members, member].sort((a, b) => a.slot - b.slot);
      this.#push({ type: "grown", slot, size: this.#members.length });
      void this.#watch(member);
      this.#dispatcher.serveQueue();
      this.#shrinkLater(this.#limits.idleTimeoutMs);
    } catch (error) {
      if (this.#ended) return;
      this.#growAgainAt = performance.now() + restartDelayMs(this.#settings.restart, this.#growFailures++);
      this.#logger.error("pool could not start another process", { error });
      this.#push({ type: "grow-failed", error });
    }
  }

  /** Passes on the events of a process until it is closed or given up. */
  async #watch(member: Member): Promise<void> {
    for await (const event of member.supervisor.events) {
      if (event.type === "restarting") member.restarts++;
      this.#push({ ...event, slot: member.slot });
      if (event.type === "gave-up") this.#remove(member, event.error);
      if (event.type === "started") this.#dispatcher.serveQueue();
    }
  }

  #remove(member: Member, reason: PluginError): void {
    if (!this.#members.includes(member)) return;
    this.#dispatcher.members = this.#members.filter((other) => other !== member);
    this.#push({ type: "shrunk", slot: member.slot, size: this.#members.length });
    void member.close();
    if (this.#members.length > 0) {
      // Its keys belong to others now.
      this.#dispatcher.serveQueue();
      return;
    }
    this.#end(reason);
    if (!this.#restarting) this.events.end();
  }

  /** One timer, while there are more processes than have to be. */
  #shrinkLater(inMs: number): void {
    if (this.#idleTimer || this.#ended || this.#members.length <= this.#limits.min) return;
    this.#idleTimer = setTimeout(() => {
      this.#idleTimer = undefined;
      this.#shrink();
    }, inMs).unref();
  }

  #shrink(): void {
    const { min, idleTimeoutMs } = this.#limits;
    const now = performance.now();
    let nextInMs = idleTimeoutMs;
    // The latest first: calls prefer the others.
    for (const member of this.#restarting ? [] : [...this.#members].reverse()) {
      if (this.#members.length <= min) return;
      if (member.inFlight > 0) continue;
      const idleInMs = member.idleSince + idleTimeoutMs - now;
      if (idleInMs > 0) {
        nextInMs = Math.min(nextInMs, idleInMs);
        continue;
      }
      this.#dispatcher.members = this.#members.filter((other) => other !== member);
      this.#push({ type: "shrunk", slot: member.slot, size: this.#members.length });
      this.#drain(member);
    }
    this.#shrinkLater(Math.max(1, nextInMs));
  }

  async #restart({ drainTimeoutMs, ...changes }: Partial<LaunchOptions> & { readonly drainTimeoutMs?: number }) {
    await this.#growing;
    if (this.#ended) throw this.#ended;
    const settings = { ...this.#settings, launch: { ...this.#settings.launch, ...changes } };
    const slots = this.#members.map(({ slot }) => slot);
    const fresh = await startAll(slots.map((slot) => this.#start(slot, settings)));
    if (this.#ended) {
      await Promise.all(fresh.map((member) => member.close()));
      throw this.#ended;
    }
    const old = this.#members;
    this.#settings = settings;
    this.#dispatcher.members = fresh;
    for (const member of fresh) void this.#watch(member);
    this.#push({ type: "replaced", size: fresh.length });
    this.#dispatcher.serveQueue();
    await Promise.all(old.map((member) => this.#drain(member, drainTimeoutMs)));
    this.#shrinkLater(this.#limits.idleTimeoutMs);
  }

  /** Closes a process that takes no calls any more, after its last one. */
  async #drain(member: Member, timeoutMs = Number.POSITIVE_INFINITY): Promise<void> {
    this.#draining.add(member);
    const { signal } = this.#closing;
    await new Promise<void>((resolve) => {
      const timer = timeoutMs === Number.POSITIVE_INFINITY ? undefined : setTimeout(done, timeoutMs);
      function done() {
        clearTimeout(timer);
        signal.removeEventListener("abort", done);
        resolve();
      }
      signal.addEventListener("abort", done, { once: true });
      void member.drained().then(done);
    });
    await member.close();
    this.#draining.delete(member);
  }

  #push(event: PoolEvent): void {
    this.events.push(event);
    if (pooled.hasSubscribers) pooled.publish({ event, stats: () => this.stats() });
  }
}

/** Makes a new process ready for calls: the user's own preparation, then what every process is served. */
export function preparation({ prepare }: SuperviseSettings, callbacks: Callbacks) {
  return async (plugin: PluginHandle): Promise<void> => {
    await prepare?.(plugin as never);
    await callbacks.addProcess(plugin);
  };
}
