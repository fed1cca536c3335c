import type { PluginDefinition } from "@go-plugin/proto/internal";
import type { PluginHandle } from "../plugin.js";
import type { SuperviseSettings } from "../supervise/options.js";
import { supervise } from "../supervise/supervise.js";
import type { Client } from "../supervise/supervised-client.js";
import type { Supervisor } from "../supervise/supervisor.js";
import type { Candidate } from "./choose.js";
import { Latencies } from "./latencies.js";
import type { PoolProcessStats } from "./stats.js";

/** One place in a pool: a supervised plugin and its calls. */
export class Member implements Candidate {
  readonly slot: number;
  readonly supervisor: Supervisor;
  readonly #clients = new Map<string, Client>();
  readonly #latencies = new Latencies();
  inFlight = 0;
  /** When its last call ended, by `performance.now()`. */
  idleSince = performance.now();
  restarts = 0;
  #calls = 0;
  #failed = 0;
  #draining: (() => void) | undefined;

  constructor(slot: number, supervisor: Supervisor) {
    this.slot = slot;
    this.supervisor = supervisor;
  }

  get available(): boolean {
    return this.supervisor.available;
  }

  begin(): void {
    this.inFlight++;
  }

  end(startedAt: number, failed: boolean): void {
    const now = performance.now();
    this.#latencies.add(now - startedAt);
    this.#calls++;
    if (failed) this.#failed++;
    this.leave(now);
  }

  /** The call that has begun is made elsewhere. */
  leave(now = performance.now()): void {
    this.inFlight--;
    this.idleSince = now;
    if (this.inFlight === 0) this.#draining?.();
  }

  /** The client, if it was dispensed before. */
  client(name: string): Client | undefined {
    return this.#clients.get(name);
  }

  /** @throws {PluginError} as `dispense` of a supervised plugin. */
  async dispense(name: string): Promise<Client> {
    const client: Client = await this.supervisor.dispense(name);
    this.#clients.set(name, client);
    return client;
  }

  /** Resolves when the last call has ended. No other may begin any more. */
  drained(): Promise<void> {
    return new Promise((resolve) => {
      this.#draining = resolve;
      if (this.inFlight === 0) resolve();
    });
  }

  async stats(): Promise<Omit<PoolProcessStats, "memoryBytes">> {
    const { available, slot, inFlight, restarts } = this;
    const pid = available ? (await this.supervisor.current()).pid : undefined;
    const state = this.#draining ? "draining" : available ? "running" : "restarting";
    const latency = this.#latencies.summary();
    return { slot, pid, state, calls: this.#calls, failed: this.#failed, inFlight, latency, restarts };
  }

  close(): Promise<void> {
    return this.supervisor.close();
  }
}

/**
 * Starts a process, with the clients that were dispensed from others.
 *
 * @throws {PluginError} as `supervise`. By then nothing of the process is left.
 */
export async function startMember(
  slot: number,
  definition: PluginDefinition,
  { launch, ...settings }: SuperviseSettings,
  prepare: (plugin: PluginHandle) => Promise<void>,
  signal: AbortSignal,
  names: Iterable<string>,
): Promise<Member> {
  const options = { ...launch, ...settings, waitForReady: true, prepare, signal };
  const member = new Member(slot, (await supervise(definition, options as never)) as unknown as Supervisor);
  try {
    for (const name of names) await member.dispense(name);
    return member;
  } catch (error) {
    await member.close();
    throw error;
  }
}

/**
 * Starts processes side by side.
 *
 * @throws {Error} the first failure. By then nothing is left of any of them.
 */
export async function startAll(starts: readonly Promise<Member>[]): Promise<Member[]> {
  const outcomes = await Promise.allSettled(starts);
  const members = outcomes.flatMap((outcome) => (outcome.status === "fulfilled" ? [outcome.value] : []));
  const failure = outcomes.find((outcome) => outcome.status === "rejected");
  if (!failure) return members;
  await Promise.all(members.map((member) => member.close()));
  throw failure.reason;
}
