import type { Duplex } from "node:stream";
import { BrokerError, type BrokerOptions, defaultBrokerTimeoutMs } from "./broker.js";
import type { OpenResources } from "./open-resources.js";

/** What can end an attempt to connect before it is complete: its time, the user's signal, the end of the broker. */
export class BrokerLimit {
  /** Its reason is a BrokerError. */
  readonly signal: AbortSignal;
  /** Rejects with the reason. */
  readonly reached: Promise<never>;
  readonly #controller = new AbortController();
  readonly #release: () => void;
  readonly #startTimer: () => void;
  #timer: NodeJS.Timeout | undefined;
  #step: string;
  #ended = false;

  /** @param doing what is attempted, for example "connecting to id 5" */
  constructor(
    private readonly doing: string,
    { timeoutMs = defaultBrokerTimeoutMs, signal: userSignal }: BrokerOptions,
  ) {
    this.signal = this.#controller.signal;
    this.#step = `${doing}: the other side did not answer`;
    this.reached = new Promise((_, reject) => {
      this.signal.addEventListener("abort", () => reject(this.signal.reason), { once: true });
    });
    this.reached.catch(() => {});
    const onTimeout = () => this.#abort("ERR_BROKER_TIMEOUT", `timeout ${this.#step} within ${timeoutMs} ms`);
    this.#startTimer = () => {
      if (!this.#ended && !this.signal.aborted) this.#timer = setTimeout(onTimeout, timeoutMs);
    };
    this.#startTimer();
    const onAbort = () =>
      this.#abort("ERR_BROKER_ABORTED", `${doing} was aborted by the signal of its options`, {
        cause: userSignal?.reason,
      });
    if (userSignal?.aborted) onAbort();
    userSignal?.addEventListener("abort", onAbort, { once: true });
    this.#release = () => {
      clearTimeout(this.#timer);
      userSignal?.removeEventListener("abort", onAbort);
    };
  }

  /** Waits for a step of the attempt, which completes the sentence "timeout …". */
  async during<T>(step: string, promise: Promise<T>): Promise<T> {
    const whole = this.#step;
    this.#step = step;
    const result = await promise;
    this.#step = whole;
    return result;
  }

  /** Waits for other attempts, which is not the other side's fault: the time begins anew afterwards. */
  async outsideOf(others: Promise<unknown>): Promise<void> {
    clearTimeout(this.#timer);
    await others;
    this.#startTimer();
  }

  /** The broker is closed. */
  close(): void {
    this.#abort("ERR_BROKER_CLOSED", `the broker was closed while ${this.doing}`);
  }

  /** The attempt is complete, or has failed. */
  end(): void {
    this.#ended = true;
    this.#release();
  }

  #abort(code: BrokerError["code"], message: string, options?: ErrorOptions): void {
    if (!this.#ended) this.#controller.abort(new BrokerError(code, message, options));
  }
}

/**
 * Waits for an attempt as long as its limit allows; what the attempt has by then, or gets later, it destroys itself.
 *
 * @throws {BrokerError} the limit's reason, or what the attempt throws.
 */
export async function withinLimit<T>(
  open: OpenResources,
  doing: string,
  options: BrokerOptions,
  attempt: (limit: BrokerLimit) => Promise<T>,
): Promise<T> {
  open.expectOpen(doing);
  const limit = new BrokerLimit(doing, options);
  const closing = open.add({ close: async () => limit.close() });
  try {
    limit.signal.throwIfAborted();
    return await Promise.race([attempt(limit), limit.reached]);
  } finally {
    limit.end();
    await closing.close();
  }
}

type Listen = (onConnection: (connection: Duplex) => void, onFailed: (error: Error) => void) => { close(): void };

/** Listens for one connection; whoever comes later is turned away. */
export function firstConnection(listen: Listen, { signal }: BrokerLimit): Promise<Duplex> {
  return new Promise((resolve, reject) => {
    let listener: { close(): void } | undefined;
    let settled = false;
    const settle = (result: Duplex | Error) => {
      if (settled) {
        if (!(result instanceof Error)) result.on("error", () => {}).destroy();
        return;
      }
      settled = true;
      listener?.close();
      if (result instanceof Error) reject(result);
      else resolve(result);
    };
    signal.addEventListener("abort", () => settle(signal.reason), { once: true });
    listener = listen(settle, settle);
    if (settled) listener.close();
  });
}
