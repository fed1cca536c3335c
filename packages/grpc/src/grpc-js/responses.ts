/** Passes a Writable's chunks to an async iteration, one message at a time, so the writer waits for the reader. */
export class Responses implements AsyncIterableIterator<unknown> {
  #state:
    | { readonly kind: "idle" }
    | { readonly kind: "written"; readonly message: unknown; readonly taken: () => void }
    | {
        readonly kind: "awaited";
        readonly resolve: (result: IteratorResult<unknown>) => void;
        readonly reject: (error: unknown) => void;
      }
    | { readonly kind: "ended"; readonly error: unknown } = { kind: "idle" };
  readonly #onReturn: () => void;

  /** `onReturn` is called when the iteration ends early. */
  constructor(onReturn: () => void) {
    this.#onReturn = onReturn;
  }

  put(message: unknown, taken: () => void): void {
    const state = this.#state;
    if (state.kind === "awaited") {
      this.#state = { kind: "idle" };
      state.resolve({ done: false, value: message });
      taken();
    } else if (state.kind === "idle") {
      this.#state = { kind: "written", message, taken };
    }
  }

  /** No more messages; with an error, iterating fails with it. Only the first call counts. */
  end(error?: unknown): void {
    const state = this.#state;
    if (state.kind === "ended") return;
    this.#state = { kind: "ended", error: state.kind === "awaited" ? undefined : error };
    if (state.kind !== "awaited") return;
    if (error === undefined) state.resolve({ done: true, value: undefined });
    else state.reject(error);
  }

  async next(): Promise<IteratorResult<unknown>> {
    const state = this.#state;
    switch (state.kind) {
      case "written":
        this.#state = { kind: "idle" };
        state.taken();
        return { done: false, value: state.message };
      case "ended":
        this.#state = { kind: "ended", error: undefined };
        if (state.error !== undefined) throw state.error;
        return { done: true, value: undefined };
      default:
        return new Promise((resolve, reject) => {
          this.#state = { kind: "awaited", resolve, reject };
        });
    }
  }

  async return(): Promise<IteratorResult<unknown>> {
    this.end();
    this.#onReturn();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): this {
    return this;
  }
}
