import type { PluginError } from "../errors.js";
import type { CallErrors } from "../supervise/call-errors.js";
import { fewestInFlight, ownerOf } from "./choose.js";
import type { Member } from "./member.js";
import type { PoolLimits } from "./options.js";
import { CallQueue, type QueueOptions } from "./queue.js";

/** Gives each call to a process, or lets it wait for one. */
export class Dispatcher {
  /** The processes that take calls, by slot. */
  members: readonly Member[];
  readonly callErrors: CallErrors;
  readonly #limits: PoolLimits;
  readonly #waitForReady: boolean;
  readonly #onBusy: () => void;
  readonly #queue: CallQueue<Member>;
  #ended: PluginError | undefined;

  /** @param onBusy called when a call finds every process busy. */
  constructor(
    members: readonly Member[],
    limits: PoolLimits,
    waitForReady: boolean,
    callErrors: CallErrors,
    onBusy: () => void,
  ) {
    this.members = members;
    this.callErrors = callErrors;
    this.#limits = limits;
    this.#waitForReady = waitForReady;
    this.#onBusy = onBusy;
    this.#queue = new CallQueue(limits.maxQueued, callErrors);
  }

  /** Calls that wait. */
  get queued(): number {
    return this.#queue.length;
  }

  /** Why there will be no process any more. */
  get ended(): PluginError | undefined {
    return this.#ended;
  }

  /** Begins a call in the process that it goes to, if there is room. */
  take(affinity: string | undefined): Member | undefined {
    const { maxInFlight, growAt } = this.#limits;
    let member: Member | undefined;
    if (affinity === undefined) {
      member = fewestInFlight(this.members, maxInFlight);
    } else {
      member = ownerOf(this.members, affinity);
      if (member !== undefined && member.inFlight >= maxInFlight) member = undefined;
    }
    if (member === undefined || member.inFlight >= growAt) this.#onBusy();
    member?.begin();
    return member;
  }

  /**
   * Begins a call as soon as there is room.
   *
   * @returns the options with the time that is left.
   * @throws {Error} the call's error when there is no room in time, in the queue, or ever.
   */
  async acquire<O extends QueueOptions>(options: O): Promise<{ member: Member; options: O }> {
    if (this.#ended) throw this.#unavailable(this.#ended);
    if (!this.#waitForReady && !this.members.some(({ available }) => available)) {
      throw this.callErrors.unavailable("all processes of the pool are being restarted", undefined);
    }
    const startedAt = performance.now();
    const member = this.take(options.affinity) ?? (await this.#queue.wait(options));
    return { member, options: withRest(options, startedAt) };
  }

  /** The call has ended. */
  release(member: Member, startedAt: number, failed: boolean): void {
    member.end(startedAt, failed);
    this.serveQueue();
  }

  /** The call that was begun there is not made there. */
  giveBack(member: Member): void {
    member.leave();
    this.serveQueue();
  }

  /** There may be room for calls that wait. */
  serveQueue(): void {
    if (this.#queue.length > 0) this.#queue.serve((affinity) => this.take(affinity));
  }

  /** All calls fail from now on. */
  end(reason: PluginError): void {
    this.#ended = reason;
    this.members = [];
    this.#queue.rejectAll(() => this.#unavailable(reason));
  }

  #unavailable(reason: PluginError): Error {
    return this.callErrors.unavailable(reason.message, reason);
  }
}

/** The options of a call that goes on, with the time that is left. */
export function withRest<O extends { readonly timeoutMs?: number | undefined }>(options: O, startedAt: number): O {
  if (options.timeoutMs === undefined) return options;
  return { ...options, timeoutMs: Math.max(0, options.timeoutMs - (performance.now() - startedAt)) };
}
