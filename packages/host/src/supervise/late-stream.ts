/** The messages of a stream that has started. */
export type Messages = AsyncIterator<unknown, undefined>;

type State =
  | { readonly kind: "new" }
  /** `messages` resolves with `undefined` when the stream was left before it started. */
  | { readonly kind: "waiting"; readonly left: AbortController; readonly messages: Promise<Messages | undefined> }
  | { readonly kind: "open"; readonly messages: Messages }
  | { readonly kind: "ended" };

const done: IteratorResult<unknown, undefined> = { done: true, value: undefined };

/**
 * A stream of responses that may have to wait for a process. As with every client, the call starts with the first request
 * for a message.
 */
export abstract class LateStream implements AsyncIterableIterator<unknown, undefined> {
  #state: State = { kind: "new" };

  /** Starts the call, unless it has to wait. */
  protected abstract open(): Messages | undefined;
  /** Starts the call when it can be. @param left is aborted when nobody wants it any more. */
  protected abstract openLater(left: AbortSignal): Promise<Messages>;

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    const state = this.#state;
    if (state.kind === "open") return state.messages.next();
    if (state.kind === "ended") return Promise.resolve(done);
    if (state.kind === "waiting") return state.messages.then((messages) => (messages ? this.next() : done));
    const messages = this.open();
    if (messages) {
      this.#state = { kind: "open", messages };
    } else {
      const left = new AbortController();
      this.#state = { kind: "waiting", left, messages: this.#openLater(left.signal) };
    }
    return this.next();
  }

  async return(): Promise<IteratorResult<unknown, undefined>> {
    const state = this.#state;
    this.#state = { kind: "ended" };
    if (state.kind === "waiting") state.left.abort();
    if (state.kind === "open") await state.messages.return?.();
    return done;
  }

  async #openLater(left: AbortSignal): Promise<Messages | undefined> {
    try {
      const messages = await this.openLater(left);
      if (left.aborted) {
        await messages.return?.();
        return undefined;
      }
      this.#state = { kind: "open", messages };
      return messages;
    } catch (error) {
      if (left.aborted) return undefined;
      this.#state = { kind: "ended" };
      throw error;
    }
  }
}
