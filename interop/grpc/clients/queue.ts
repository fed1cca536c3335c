/** An iterable that is written to; a write ends when the reader comes for more. */
export class Queue<T> implements AsyncIterableIterator<T> {
  readonly #written: { value: T; taken: () => void }[] = [];
  #taken: (() => void) | undefined;
  #wake: (() => void) | undefined;
  #ended = false;

  /** Ends when the message was taken and the next one is wanted, or nobody reads any more. */
  write(value: T): Promise<void> {
    if (this.#ended) return Promise.resolve();
    return new Promise((taken) => {
      this.#written.push({ value, taken });
      this.#wake?.();
    });
  }

  end(): void {
    this.#ended = true;
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<T>> {
    this.#taken?.();
    this.#taken = undefined;
    while (this.#written.length === 0 && !this.#ended) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const next = this.#written.shift();
    if (!next) return { done: true, value: undefined };
    this.#taken = next.taken;
    return { done: false, value: next.value };
  }

  async return(): Promise<IteratorResult<T>> {
    this.#ended = true;
    this.#taken?.();
    for (const { taken } of this.#written.splice(0)) taken();
    this.#wake?.();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
