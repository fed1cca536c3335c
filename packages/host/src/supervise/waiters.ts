import { listenForAbort } from "@go-plugin/proto/internal";

const longestTimerMs = 2 ** 31 - 1;

/** Limits of a wait. */
export interface WaitOptions {
  readonly signal?: AbortSignal | undefined;
  readonly timeoutMs?: number | undefined;
}

/** Callers that wait for the same thing, each with its own limits. */
export class Waiters {
  readonly #waiting = new Set<() => void>();

  /**
   * Resolves when something has changed: the caller checks again.
   *
   * @throws {Error} the error of `aborted` or `timedOut`, when the options end the wait.
   */
  wait(
    { signal, timeoutMs = Number.POSITIVE_INFINITY }: WaitOptions,
    { aborted, timedOut }: { aborted(reason: unknown): unknown; timedOut(): unknown },
  ): Promise<void> {
    if (signal?.aborted) return Promise.reject(aborted(signal.reason));
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting.delete(onChange);
        signal?.removeEventListener("abort", onAbort);
        clearTimeout(timer);
      };
      const onChange = () => {
        leave();
        resolve();
      };
      const onAbort = () => {
        leave();
        reject(aborted(signal?.reason));
      };
      const onTimeout = () => {
        leave();
        reject(timedOut());
      };
      const timer = timeoutMs <= longestTimerMs ? setTimeout(onTimeout, timeoutMs) : undefined;
      if (signal) listenForAbort(signal, onAbort);
      this.#waiting.add(onChange);
    });
  }

  wakeAll(): void {
    for (const onChange of [...this.#waiting]) onChange();
  }
}
