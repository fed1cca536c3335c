import { listenForAbort } from "@go-plugin/proto/internal";
import { longestTimeoutMs } from "../validate/validate-options.js";

/** Limits of a wait. */
export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

/** Makes the errors of a wait that its options end. */
export interface WaitErrors {
  aborted(reason: unknown): unknown;
  timedOut(): unknown;
}

/** A caller that waits. */
export interface Waiter<T> {
  resolve(value: T): void;
  reject(error: unknown): void;
}

/** Callers that wait for a value, in their order, each with its own limits and what it asks for. */
export class Waiters<T = void, Asked = void> {
  readonly #waiting = new Map<Waiter<T>, Asked>();

  get size(): number {
    return this.#waiting.size;
  }

  /** Those that wait. One that is resolved or rejected leaves at once. */
  [Symbol.iterator](): Iterator<[Waiter<T>, Asked]> {
    return this.#waiting.entries();
  }

  /** @throws {Error} the error of `aborted` or `timedOut`, when the options end the wait. */
  wait(
    { signal, timeoutMs = Number.POSITIVE_INFINITY }: WaitOptions,
    { aborted, timedOut }: WaitErrors,
    asked: Asked,
  ): Promise<T> {
    if (signal?.aborted) return Promise.reject(aborted(signal.reason));
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(waiter);
        signal?.removeEventListener("abort", onAbort);
        clearTimeout(timer);
      };
      const waiter: Waiter<T> = {
        resolve(value) {
          leave();
          resolve(value);
        },
        reject(error) {
          leave();
          reject(error);
        },
      };
      const onAbort = () => waiter.reject(aborted(signal?.reason));
      const onTimeout = () => waiter.reject(timedOut());
      const timer = timeoutMs <= longestTimeoutMs ? setTimeout(onTimeout, timeoutMs) : undefined;
      if (signal) listenForAbort(signal, onAbort);
      this.#waiting.set(waiter, asked);
    });
  }

  resolveAll(value: T): void {
    for (const waiter of [...this.#waiting.keys()]) waiter.resolve(value);
  }

  /** @param error makes an error for each. */
  rejectAll(error: () => unknown): void {
    for (const waiter of [...this.#waiting.keys()]) waiter.reject(error());
  }
}
