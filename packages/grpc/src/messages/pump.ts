/** Sends the messages of an iterable, no faster than they leave. */
export class MessagePump<T> {
  readonly #iterator: AsyncIterator<T> | Iterator<T>;
  #state: "running" | "waits-for-message" | "waits-for-room" | "stopped" = "running";
  #wake: (() => void) | undefined;

  readonly #send: (message: T) => boolean;
  /** Called with the error of an iterable that is left early. */
  readonly #onCleanupError: (error: unknown) => void;

  constructor(
    source: AsyncIterable<T> | Iterable<T>,
    send: (message: T) => boolean,

    onCleanupError: (error: unknown) => void,
  ) {
    this.#send = send;
    this.#onCleanupError = onCleanupError;
    this.#iterator = Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]();
  }

  /** Resolves when everything was sent, or after `stop()`. Rejects with an error of the iterable or of `send`. */
  async run(): Promise<void> {
    // True while the iterable may have more and so must be left properly.
    let open = false;
    try {
      while (!this.#stopped) {
        open = false;
        let result = this.#iterator.next();
        if ("then" in result) {
          this.#state = "waits-for-message";
          result = await result;
          if (this.#stopped) return;
          this.#state = "running";
        }
        if (result.done === true) return;
        open = true;
        if (!this.#send(result.value)) await this.#room();
      }
    } finally {
      if (open) this.#leave();
    }
  }

  /** There is room again after `send` returned false. */
  onDrain(): void {
    this.#wake?.();
  }

  /** Leaves the iterable, so that its `finally` runs. */
  stop(): void {
    if (this.#stopped) return;
    const waitsForMessage = this.#state === "waits-for-message";
    this.#state = "stopped";
    this.#wake?.();
    if (waitsForMessage) this.#leave();
  }

  get #stopped(): boolean {
    return this.#state === "stopped";
  }

  #room(): Promise<void> | undefined {
    if (this.#stopped) return undefined;
    this.#state = "waits-for-room";
    return new Promise((resolve) => {
      this.#wake = () => {
        this.#wake = undefined;
        if (!this.#stopped) this.#state = "running";
        resolve();
      };
    });
  }

  #leave(): void {
    try {
      const left = this.#iterator.return?.();
      if (left instanceof Promise) left.catch(this.#onCleanupError);
    } catch (error) {
      this.#onCleanupError(error);
    }
  }
}
