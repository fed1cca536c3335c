import { type GobError, GobFormatError, GobLimitError } from "../errors.js";

/** A complete message without its length prefix: `data` from `start` to `end`. */
export interface Message {
  readonly data: Buffer;
  readonly start: number;
  readonly end: number;
}

/** At most this much of a message is allocated before its bytes arrive. */
const firstAllocation = 1 << 20;

/** Splits a stream of chunks of any size into messages. A message inside one chunk is not copied. */
export class MessageQueue {
  #messages: Message[] = [];
  #first = 0;
  /** The number of messages shifted out so far. Added to an index, it identifies a message in the stream. */
  shifted = 0;
  /** A length prefix whose bytes are split over chunks. */
  #prefix = Buffer.alloc(9);
  #prefixLength = 0;
  /** A message whose bytes are split over chunks. */
  #body: Buffer | undefined;
  #bodyLength = 0;
  #filled = 0;
  #failure: (() => GobError) | undefined;

  constructor(readonly maxMessageBytes: number) {}

  get length(): number {
    return this.#messages.length - this.#first;
  }

  /** Throws if the bytes behind the queued messages are not a message. */
  check(): void {
    // Each throw needs its own error, which gets the path of the value that it interrupts.
    if (this.#failure !== undefined) throw this.#failure();
  }

  /** True in the middle of a message. */
  get partial(): boolean {
    return this.#body !== undefined || this.#prefixLength > 0;
  }

  at(index: number): Message | undefined {
    return this.#messages[this.#first + index];
  }

  shift(count: number): void {
    for (let index = 0; index < count; index++) {
      this.#messages[this.#first++] = undefined as unknown as Message;
    }
    this.shifted += count;
    if (this.#first === this.#messages.length) {
      this.#messages = [];
      this.#first = 0;
    } else if (this.#first > 1024 && this.#first * 2 > this.#messages.length) {
      this.#messages = this.#messages.slice(this.#first);
      this.#first = 0;
    }
  }

  push(bytes: Uint8Array): void {
    const chunk = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
    let at = 0;
    while (at < chunk.length && this.#failure === undefined) {
      at = this.#body === undefined ? this.#pushPrefix(chunk, at) : this.#pushBody(chunk, at);
    }
  }

  #pushPrefix(chunk: Buffer, at: number): number {
    const first = this.#prefixLength === 0 ? chunk[at]! : this.#prefix[0]!;
    const size = first < 128 ? 1 : 257 - first;
    if (size > 9) {
      this.#failure = () =>
        new GobFormatError(`the length of a message cannot begin with byte 0x${first.toString(16)}`);
      return chunk.length;
    }
    while (this.#prefixLength < size && at < chunk.length) this.#prefix[this.#prefixLength++] = chunk[at++]!;
    if (this.#prefixLength < size) return at;
    this.#prefixLength = 0;
    let length = size === 1 ? first : 0;
    for (let index = 1; index < size; index++) length = length * 256 + this.#prefix[index]!;
    if (length > this.maxMessageBytes) {
      this.#failure = () =>
        new GobLimitError(
          `got a message of ${length} bytes; at most ${this.maxMessageBytes} are allowed (option maxMessageBytes)`,
        );
      return chunk.length;
    }
    if (chunk.length - at >= length) {
      this.#messages.push({ data: chunk, start: at, end: at + length });
      return at + length;
    }
    this.#body = Buffer.allocUnsafeSlow(Math.min(length, Math.max(firstAllocation, chunk.length - at)));
    this.#bodyLength = length;
    this.#filled = 0;
    return at;
  }

  #pushBody(chunk: Buffer, at: number): number {
    const count = Math.min(chunk.length - at, this.#bodyLength - this.#filled);
    const needed = this.#filled + count;
    let body = this.#body!;
    if (needed > body.length) {
      // The buffer grows with the bytes that arrive, not with the length that the peer claims.
      const grown = Buffer.allocUnsafeSlow(Math.min(this.#bodyLength, Math.max(needed, body.length * 2)));
      body.copy(grown, 0, 0, this.#filled);
      this.#body = body = grown;
    }
    chunk.copy(body, this.#filled, at, at + count);
    this.#filled = needed;
    if (needed === this.#bodyLength) {
      this.#messages.push({ data: body, start: 0, end: needed });
      this.#body = undefined;
    }
    return at + count;
  }
}
