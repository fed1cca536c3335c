import { PluginError } from "../errors.js";
import type { CallErrors } from "../supervise/call-errors.js";

const longestTimerMs = 2 ** 31 - 1;

/** Limits of a wait, and the key of the call that waits. */
export interface QueueOptions {
  readonly affinity?: string | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

interface Waiting<T> {
  readonly affinity: string | undefined;
  resolve(taken: T): void;
  reject(error: unknown): void;
}

/** Calls that wait for a process, in their order. */
export class CallQueue<T> {
  readonly #waiting = new Set<Waiting<T>>();
  readonly #max: number;
  readonly #errors: CallErrors;

  constructor(max: number, errors: CallErrors) {
    this.#max = max;
    this.#errors = errors;
  }

  get length(): number {
    return this.#waiting.size;
  }

  /** @throws {Error} when the queue is full or closed, or the wait ends by its options. */
  wait({ affinity, signal, timeoutMs = Number.POSITIVE_INFINITY }: QueueOptions): Promise<T> {
    if (signal?.aborted) return Promise.reject(this.#errors.aborted(signal.reason));
    if (this.#waiting.size >= this.#max) return Promise.reject(this.#full());
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(entry);
        signal?.removeEventListener("abort", onAbort);
        clearTimeout(timer);
      };
      const entry: Waiting<T> = {
        affinity,
        resolve(taken) {
          leave();
          resolve(taken);
        },
        reject(error) {
          leave();
          reject(error);
        },
      };
      const onAbort = () => entry.reject(this.#errors.aborted(signal?.reason));
      const onTimeout = () => entry.reject(this.#errors.timedOut());
      const timer = timeoutMs <= longestTimerMs ? setTimeout(onTimeout, timeoutMs) : undefined;
      signal?.addEventListener("abort", onAbort, { once: true });
      this.#waiting.add(entry);
    });
  }

  /** Hands out what `take` gives, until there is nothing for a call without a key. */
  serve(take: (affinity: string | undefined) => T | undefined): void {
    for (const entry of this.#waiting) {
      const taken = take(entry.affinity);
      if (taken !== undefined) entry.resolve(taken);
      else if (entry.affinity === undefined) return;
    }
  }

  rejectAll(error: () => unknown): void {
    for (const entry of [...this.#waiting]) entry.reject(error());
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
