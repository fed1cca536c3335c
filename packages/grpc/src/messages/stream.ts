import { showCaller } from "../status/caller.js";

/** The source of the messages of a stream. */
export interface MessageSource {
  /** The first message is requested. */
  onFirstRead?(): void;
  /** Too much is queued: send no more for now. */
  pause(): void;
  resume(): void;
  /** The reader wants no more messages: it left early, or a message could not be read. */
  cancel(error: Error | undefined): void;
}

// One pause and one resume per this many bytes, instead of per message.
const highWaterBytes = 64 * 1024;
const lowWaterBytes = 16 * 1024;

/** The memory of a queued message besides its bytes. Without it, a peer could fill the queue with empty messages. */
const messageOverheadBytes = 128;

type Waiter<T> = (result: IteratorResult<T, undefined> | Promise<never>) => void;

/**
 * Received messages as an async iterable that can be iterated once. Messages wait here until they are requested, and
 * then at the peer.
 */
export class MessageStream<T> implements AsyncIterableIterator<T> {
  #queue: Buffer[] = [];
  #head = 0;
  #queuedBytes = 0;
  #paused = false;
  #state: "new" | "open" | "ended" = "new";
  #error: Error | undefined;
  readonly #waiters: Waiter<T>[] = [];

  readonly #source: MessageSource;
  readonly #deserialize: (bytes: Buffer) => T;

  constructor(source: MessageSource, deserialize: (bytes: Buffer) => T) {
    this.#source = source;
    this.#deserialize = deserialize;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** One more message. */
  push(message: Buffer): void {
    if (this.#state === "ended") return;
    const waiter = this.#waiters.shift();
    if (waiter !== undefined) {
      this.#settle(waiter, message);
      return;
    }
    this.#queue.push(message);
    this.#queuedBytes += message.length + messageOverheadBytes;
    if (this.#queuedBytes >= highWaterBytes && !this.#paused) {
      this.#paused = true;
      this.#source.pause();
    }
  }

  /** No more messages: after the queued ones, the loop ends or throws this error. */
  end(error?: Error): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#error = error;
    const [first, ...others] = this.#waiters.splice(0);
    if (first === undefined) return;
    if (this.#error === undefined) first({ done: true, value: undefined });
    else first(rejectWithCaller(this.#takeError()!));
    for (const waiter of others) waiter({ done: true, value: undefined });
  }

  /** Ends it now and discards the queued messages. */
  fail(error: Error): void {
    this.#dropQueue();
    this.end(error);
  }

  next(): Promise<IteratorResult<T, undefined>> {
    if (this.#state === "new") {
      this.#state = "open";
      this.#source.onFirstRead?.();
    }
    if (this.#head < this.#queue.length) return this.#takeQueued();
    if (this.#state === "ended") {
      if (this.#error !== undefined) return Promise.reject(showCaller(this.#takeError()!));
      return Promise.resolve({ done: true, value: undefined });
    }
    return new Promise((resolve) => this.#waiters.push(resolve));
  }

  return(): Promise<IteratorResult<T, undefined>> {
    this.#dropQueue();
    const open = this.#state !== "ended";
    const started = this.#state !== "new";
    this.#error = undefined;
    this.end();
    if (open && started) this.#source.cancel(undefined);
    return Promise.resolve({ done: true, value: undefined });
  }

  #takeQueued(): Promise<IteratorResult<T, undefined>> {
    const message = this.#queue[this.#head]!;
    this.#queuedBytes -= message.length + messageOverheadBytes;
    if (++this.#head === this.#queue.length) {
      this.#queue = [];
      this.#head = 0;
    }
    if (this.#paused && this.#queuedBytes <= lowWaterBytes) {
      this.#paused = false;
      this.#source.resume();
    }
    try {
      return Promise.resolve({ done: false, value: this.#deserialize(message) });
    } catch (error) {
      return Promise.reject(showCaller(this.#refuse(error as Error)));
    }
  }

  #settle(waiter: Waiter<T>, message: Buffer): void {
    let value: T;
    try {
      value = this.#deserialize(message);
    } catch (error) {
      waiter(rejectWithCaller(this.#refuse(error as Error)));
      return;
    }
    waiter({ done: false, value });
  }

  #refuse(error: Error): Error {
    this.#dropQueue();
    this.end();
    this.#source.cancel(error);
    return error;
  }

  #dropQueue(): void {
    this.#queue = [];
    this.#head = 0;
    this.#queuedBytes = 0;
  }

  #takeError(): Error | undefined {
    const error = this.#error;
    this.#error = undefined;
    return error;
  }
}

/** Rejects from a continuation of the reader's promise: only there does V8 know who waits for it. */
async function rejectWithCaller(error: Error): Promise<never> {
  // One turn until the reader's promise follows this one, and one more.
  await undefined;
  await undefined;
  throw showCaller(error);
}
