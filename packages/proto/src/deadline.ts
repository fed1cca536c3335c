import { setMaxListeners } from "node:events";

/** Options of a {@link Deadline}. */
export interface DeadlineOptions {
  /** Milliseconds that all steps together may take. */
  readonly timeoutMs: number;
  /** The caller's signal. */
  readonly signal?: AbortSignal | undefined;
  /** Makes the error for a timeout; `step` is the current step. */
  readonly timeoutError: (step: string) => Error;
  /** Makes the error for an abort of `signal`. */
  readonly abortError: (reason: unknown) => Error;
}

/**
 * Limits an operation that takes several steps: by time, by the caller's signal and by `cancel`, whichever comes first.
 * The clock runs from construction to `end`.
 *
 * @internal
 */
export class Deadline {
  readonly #controller = new AbortController();
  readonly #options: DeadlineOptions;
  readonly #onAbort: () => void;
  #timer: NodeJS.Timeout | undefined;
  #step = "";
  #ended = false;

  constructor(options: DeadlineOptions) {
    const { signal, abortError } = options;
    this.#options = options;
    this.#onAbort = () => this.cancel(abortError(signal?.reason));
    this.#startClock();
    if (signal?.aborted) this.#onAbort();
    else if (signal) listenForAbort(signal, this.#onAbort);
  }

  /** Aborts when the operation is given up, with the error as its reason; never after `end`. */
  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  /**
   * Begins a step of the operation, and waits for it. Steps nest: a timeout names the innermost one.
   *
   * @throws {Error} the signal's reason when the operation is given up first. A step that was begun then goes on unobserved, and
   * has to clean up after itself.
   */
  async step<T>(name: string, work: () => Promise<T>): Promise<T> {
    this.signal.throwIfAborted();
    const outer = this.#step;
    this.#step = name;
    try {
      return await untilAborted(this.signal, work());
    } finally {
      this.#step = outer;
    }
  }

  /** Stops the clock while others come first, then gives the operation its full time again. */
  async pauseFor(others: Promise<unknown>): Promise<void> {
    clearTimeout(this.#timer);
    await others;
    this.#startClock();
  }

  /** Gives the operation up now. */
  cancel(reason: Error): void {
    if (!this.#ended) this.#controller.abort(reason);
  }

  /** Stops the clock and forgets the caller's signal: the operation is over. */
  end(): void {
    this.#ended = true;
    clearTimeout(this.#timer);
    this.#options.signal?.removeEventListener("abort", this.#onAbort);
  }

  #startClock(): void {
    if (this.#ended || this.signal.aborted) return;
    const { timeoutMs, timeoutError } = this.#options;
    this.#timer = setTimeout(() => this.cancel(timeoutError(this.#step)), timeoutMs);
  }
}

/**
 * Listens to a signal that the user may have given to any number of calls, dials and starts: Node.js warns of more than
 * ten listeners.
 *
 * @internal
 */
export function listenForAbort(signal: AbortSignal, listener: () => void): void {
  setMaxListeners(0, signal);
  signal.addEventListener("abort", listener, { once: true });
}

/** Waits for `work`, or until the signal aborts. @throws {Error} the signal's reason. */
function untilAborted<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    const onAbort = () => reject(signal.reason);
    signal.addEventListener("abort", onAbort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", onAbort));
  });
}

/**
 * Waits for `work`, but no longer than `timeoutMs`.
 *
 * @returns the result, or `undefined` when the time ran out first.
 * @internal
 */
export async function within<T>(work: Promise<T>, timeoutMs: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<undefined>((resolve) => {
    timer = setTimeout(resolve, timeoutMs, undefined);
  });
  try {
    return await Promise.race([work, timeout]);
  } finally {
    clearTimeout(timer);
  }
}
