const done: IteratorResult<unknown, undefined> = { done: true, value: undefined };

/** A stream of values that come from another thread. The other side sends no more than a few ahead. */
export class Incoming implements AsyncIterableIterator<unknown, undefined> {
  readonly #items: unknown[] = [];
  #end: { readonly error: unknown } | undefined;
  #waiting: { resolve(result: IteratorResult<unknown, undefined>): void; reject(error: unknown): void }[] = [];
  readonly #onTaken: () => void;
  readonly #onLeft: () => void;

  /** @param onLeft called when the reader leaves before the end. */
  constructor(onTaken: () => void, onLeft: () => void) {
    this.#onTaken = onTaken;
    this.#onLeft = onLeft;
  }

  push(value: unknown): void {
    if (this.#end) return;
    const reader = this.#waiting.shift();
    if (!reader) {
      this.#items.push(value);
      return;
    }
    this.#onTaken();
    reader.resolve({ done: false, value });
  }

  /** No more follow. A reader gets the error once, after what has come. */
  end(error?: unknown): void {
    if (this.#end) return;
    this.#end = { error };
    if (this.#waiting.length === 0) return;
    this.#end = { error: undefined };
    for (const { resolve, reject } of this.#waiting.splice(0)) error === undefined ? resolve(done) : reject(error);
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    if (this.#items.length > 0) {
      const value = this.#items.shift();
      this.#onTaken();
      return Promise.resolve({ done: false, value });
    }
    if (!this.#end) return new Promise((resolve, reject) => this.#waiting.push({ resolve, reject }));
    const { error } = this.#end;
    this.#end = { error: undefined };
    return error === undefined ? Promise.resolve(done) : Promise.reject(error);
  }

  async return(): Promise<IteratorResult<unknown, undefined>> {
    this.#items.length = 0;
    const leaves = !this.#end;
    this.end();
    if (leaves) this.#onLeft();
    return done;
  }
}
