import { within } from "./deadline.js";

/**
 * Signals the implementations to end, then hands over the plugin's remaining output. It does so once, and within a time
 * limit, since a host may have stopped reading.
 */
export class LastOutput {
  readonly #handOver: () => Promise<void>;
  readonly #timeoutMs: number;
  readonly #end = new AbortController();
  #flushed: Promise<void> | undefined;

  constructor(handOver: () => Promise<void>, timeoutMs: number) {
    this.#handOver = handOver;
    this.#timeoutMs = timeoutMs;
  }

  /** Aborted when the plugin is about to end. */
  get signal(): AbortSignal {
    return this.#end.signal;
  }

  flush(): Promise<void> {
    this.#flushed ??= this.#flush();
    return this.#flushed;
  }

  async #flush(): Promise<void> {
    this.#end.abort();
    // Implementations may print in response to the signal; that is part of the output.
    await new Promise(setImmediate);
    await within(this.#handOver(), this.#timeoutMs);
  }
}
