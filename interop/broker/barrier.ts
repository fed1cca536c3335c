/** Holds calls until a number of them are there at once. */
export class Barrier {
  #here: (() => void)[] = [];
  /** Calls that were cancelled while they waited. */
  cancelled = 0;

  get waiting(): number {
    return this.#here.length;
  }

  /** @throws {Error} the signal's reason. */
  wait(together: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#here.push(resolve);
      signal.addEventListener("abort", () => {
        if (!this.#here.includes(resolve)) return;
        this.#here.splice(this.#here.indexOf(resolve), 1);
        this.cancelled++;
        reject(signal.reason);
      });
      if (this.#here.length < together) return;
      for (const go of this.#here.splice(0)) go();
    });
  }
}
