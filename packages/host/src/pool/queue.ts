import { PluginError } from "../errors.js";
import type { CallErrors } from "../supervise/call-errors.js";
import { Waiters, type WaitOptions } from "../supervise/waiters.js";

/** Limits of a wait, and the key of the call that waits. */
export interface QueueOptions extends WaitOptions {
  readonly affinity?: string | undefined;
}

/** Calls that wait for a process, in their order. */
export class CallQueue<T> {
  readonly #waiters = new Waiters<T, string | undefined>();
  readonly #max: number;
  readonly #errors: CallErrors;

  constructor(max: number, errors: CallErrors) {
    this.#max = max;
    this.#errors = errors;
  }

  get length(): number {
    return this.#waiters.size;
  }

  /** @throws {Error} when the queue is full or closed, or the wait ends by its options. */
  wait(options: QueueOptions): Promise<T> {
    if (this.#waiters.size >= this.#max && !options.signal?.aborted) return Promise.reject(this.#full());
    return this.#waiters.wait(options, this.#errors, options.affinity);
  }

  /** Hands out what `take` gives, until there is nothing for a call without a key. */
  serve(take: (affinity: string | undefined) => T | undefined): void {
    for (const [waiter, affinity] of this.#waiters) {
      const taken = take(affinity);
      if (taken !== undefined) waiter.resolve(taken);
      else if (affinity === undefined) return;
    }
  }

  rejectAll(error: () => unknown): void {
    this.#waiters.rejectAll(error);
  }

  #full(): Error {
    return this.#errors.busy(
      new PluginError(
        "ERR_PLUGIN_BUSY",
        `the pool's queue is full: ${this.#max} calls wait already (maxQueued). Call less at a time, or allow more processes (max) or more calls in each (maxInFlight)`,
      ),
    );
  }
}
