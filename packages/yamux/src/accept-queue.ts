interface Taker<T> {
  readonly resolve: (item: T) => void;
  readonly reject: (error: unknown) => void;
}

/** A queue of items up to a limit, or of takers that wait for items. */
export class AcceptQueue<T> {
  readonly #limit: number;
  readonly #items: T[] = [];
  readonly #takers = new Set<Taker<T>>();
  #closedBy: Error | undefined;

  constructor(limit: number) {
    this.#limit = limit;
  }

  /** True when an offered item would neither be taken nor fit. */
  get full(): boolean {
    return this.#takers.size === 0 && this.#items.length >= this.#limit;
  }

  /** Passes the item to the taker that has waited longest, or keeps it. Returns true when it was taken. */
  offer(item: T): boolean {
    for (const taker of this.#takers) {
      this.#takers.delete(taker);
      taker.resolve(item);
      return true;
    }
    this.#items.push(item);
    return false;
  }

  /** Returns the oldest kept item, if any, at once. */
  poll(): T | undefined {
    return this.#items.shift();
  }

  /** Waits for the next offered item; rejects when the queue closes or the signal aborts. */
  take(signal?: AbortSignal): Promise<T> {
    return new Promise((resolve, reject) => {
      if (this.#closedBy) return reject(this.#closedBy);
      const abort = () => {
        this.#takers.delete(taker);
        reject(signal?.reason);
      };
      const taker: Taker<T> = {
        resolve: (item) => {
          signal?.removeEventListener("abort", abort);
          resolve(item);
        },
        reject: (error) => {
          signal?.removeEventListener("abort", abort);
          reject(error);
        },
      };
      this.#takers.add(taker);
      signal?.addEventListener("abort", abort, { once: true });
    });
  }

  /** Rejects all takers, now and later; items that were kept can still be polled. */
  close(error: Error): void {
    this.#closedBy = error;
    for (const taker of this.#takers) taker.reject(error);
    this.#takers.clear();
  }
}
