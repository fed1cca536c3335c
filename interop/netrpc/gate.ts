/** Holds calls until a number of them have arrived, or each one until it is released. */
export class Gate {
  #here: (() => void)[] = [];
  readonly #held = new Map<number, () => void>();

  /** The number of calls held in either way. */
  get waiting(): number {
    return this.#here.length + this.#held.size;
  }

  wait(together: number): Promise<void> {
    return new Promise((resolve) => {
      this.#here.push(resolve);
      if (this.#here.length < together) return;
      for (const go of this.#here.splice(0)) go();
    });
  }

  hold(number: number): Promise<number> {
    return new Promise((resolve) => {
      this.#held.set(number, () => resolve(number));
    });
  }

  release(number: number): boolean {
    const go = this.#held.get(number);
    this.#held.delete(number);
    go?.();
    return go !== undefined;
  }
}
