/**
 * Tells the implementations to end, and hands over what the plugin has printed until then: at most once, and in
 * bounded time, since a host need not read.
 */
export class LastOutput {
  readonly #end = new AbortController();
  #flushed: Promise<void> | undefined;

  constructor(
    private readonly handOver: () => Promise<void>,
    private readonly timeoutMs: number,
  ) {}

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
    // What implementations print when they are told to end is a part of the output.
    await new Promise(setImmediate);
    await within(this.timeoutMs, this.handOver());
  }
}

/** Waits for work that may take too long. */
export async function within(timeoutMs: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const timeout = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, timeoutMs);
  });
  await Promise.race([work, timeout]);
  clearTimeout(timer);
}
