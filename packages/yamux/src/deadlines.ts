import { now } from "./clock.js";

/** Deadlines with one common delay: one unref'd timer for any number of items, none while there are none. */
export class Deadlines<T> {
  readonly #timeoutMs: number;
  readonly #expire: (item: T) => void;
  readonly #due = new Map<T, number>();
  #timer: NodeJS.Timeout | undefined;

  /** `timeoutMs` 0 means never. */
  constructor(timeoutMs: number, expire: (item: T) => void) {
    this.#timeoutMs = timeoutMs;
    this.#expire = expire;
  }

  add(item: T): void {
    if (this.#timeoutMs === 0) return;
    this.#due.set(item, now() + this.#timeoutMs);
    if (this.#timer === undefined) this.#arm(this.#timeoutMs);
  }

  delete(item: T): void {
    this.#due.delete(item);
  }

  clear(): void {
    this.#due.clear();
    clearTimeout(this.#timer);
    this.#timer = undefined;
  }

  // The timer keeps running when its item is removed: stopping and starting it for every stream would cost more.
  #arm(delayMs: number): void {
    // After a blocked event loop, timers run before sockets are read. The answer may be there, so read first.
    this.#timer = setTimeout(() => setImmediate(() => this.#check()), delayMs);
    this.#timer.unref();
  }

  #check(): void {
    this.#timer = undefined;
    const time = now();
    for (const [item, due] of this.#due) {
      if (due > time) {
        this.#arm(Math.ceil(due - time));
        return;
      }
      this.#due.delete(item);
      this.#expire(item);
    }
  }
}
