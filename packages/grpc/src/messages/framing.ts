import { Status, StatusError } from "../status/status.js";
import { Unread } from "./unread.js";

/** Flag (1 byte: 1 = compressed) and length (4 bytes, big endian) before every message. */
const headerBytes = 5;

// Below this a copy costs less than another buffer in the write.
const copyBelowBytes = 16 * 1024;

/** The bytes of a message on the wire when it is sent alone. */
export function frameSize(message: Uint8Array): number {
  return headerBytes + message.length;
}

/** One message as one buffer. */
export function encodeFrame(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(headerBytes + message.length);
  writeFrame(frame, 0, message);
  return frame;
}

/** Messages as few buffers: small ones are copied together, large ones are passed on as they are. */
export function encodeFrames(messages: readonly Uint8Array[]): Uint8Array[] {
  const buffers: Uint8Array[] = [];
  let next = 0;
  while (next < messages.length) {
    let size = 0;
    let end = next;
    while (end < messages.length && messages[end]!.length < copyBelowBytes)
      size += headerBytes + messages[end++]!.length;
    // The header of a large message goes into the buffer before it.
    const large = messages[end];
    const block = Buffer.allocUnsafe(size + (large === undefined ? 0 : headerBytes));
    let offset = 0;
    while (next < end) offset = writeFrame(block, offset, messages[next++]!);
    buffers.push(block);
    if (large !== undefined) {
      writeHeader(block, offset, large.length);
      buffers.push(large);
      next++;
    }
  }
  return buffers;
}

function writeHeader(target: Buffer, offset: number, length: number): void {
  target[offset] = 0;
  target[offset + 1] = length >>> 24;
  target[offset + 2] = length >>> 16;
  target[offset + 3] = length >>> 8;
  target[offset + 4] = length;
}

function writeFrame(target: Buffer, offset: number, message: Uint8Array): number {
  writeHeader(target, offset, message.length);
  target.set(message, offset + headerBytes);
  return offset + headerBytes + message.length;
}

/** How the messages of one direction may look. */
export interface MessageLimits {
  readonly maxMessageBytes: number;
  /** The peer's `grpc-encoding`. */
  readonly encoding: string | undefined;
}

const empty: Buffer = Buffer.alloc(0);

/**
 * Cuts the bytes of one direction into messages. Bytes come by `push` in chunks of any size; `next` gives one message at
 * a time, so that a reader may stop between two. A message that spans chunks is copied once, when it is complete: a
 * length that the peer only claims costs nothing.
 */
export class MessageReader {
  #chunk: Buffer = empty;
  #offset = 0;
  /** What came after `chunk`. */
  #chunks: Buffer[] | undefined;
  #headerRead = 0;
  #flag = 0;
  #length = 0;
  #missing = 0;
  /** What has come of a message that spans chunks. */
  #parts: Unread | undefined;

  readonly #limits: MessageLimits;

  constructor(limits: MessageLimits) {
    this.#limits = limits;
  }

  /** Whether bytes of a message have come whose rest is missing. */
  get truncated(): boolean {
    return this.#headerRead > 0 || this.#offset < this.#chunk.length || this.#chunks !== undefined;
  }

  push(chunk: Buffer): void {
    if (this.#offset === this.#chunk.length) {
      this.#chunk = chunk;
      this.#offset = 0;
    } else if (this.#chunks === undefined) {
      this.#chunks = [chunk];
    } else {
      this.#chunks.push(chunk);
    }
  }

  /** The next message, or undefined until more bytes come. @throws StatusError for a message that is not taken. */
  next(): Buffer | undefined {
    if (this.#headerRead < headerBytes && !this.#readHeader()) return undefined;
    return this.#readBody();
  }

  #readHeader(): boolean {
    do {
      while (this.#offset < this.#chunk.length) {
        const byte = this.#chunk[this.#offset++]!;
        if (this.#headerRead === 0) this.#flag = byte;
        else this.#length = this.#length * 256 + byte;
        if (++this.#headerRead === headerBytes) {
          this.#check();
          this.#missing = this.#length;
          return true;
        }
      }
    } while (this.#advance());
    return false;
  }

  #readBody(): Buffer | undefined {
    do {
      const available = this.#chunk.length - this.#offset;
      if (available >= this.#missing) return this.#takeLast();
      if (available > 0) {
        const part = this.#offset === 0 ? this.#chunk : this.#chunk.subarray(this.#offset);
        this.#parts ??= new Unread();
        this.#parts.push(part);
        this.#missing -= available;
        this.#offset = this.#chunk.length;
      }
    } while (this.#advance());
    return undefined;
  }

  #takeLast(): Buffer {
    const last = this.#chunk.subarray(this.#offset, this.#offset + this.#missing);
    this.#offset += this.#missing;
    const parts = this.#parts;
    const length = this.#length;
    this.#headerRead = 0;
    this.#length = 0;
    if (parts === undefined) return last;
    this.#parts = undefined;
    return parts.take(last, length);
  }

  #advance(): boolean {
    const chunk = this.#chunks?.shift();
    if (this.#chunks?.length === 0) this.#chunks = undefined;
    this.#chunk = chunk ?? empty;
    this.#offset = 0;
    return chunk !== undefined;
  }

  #check(): void {
    const flag = this.#flag;
    const { encoding, maxMessageBytes } = this.#limits;
    if (flag === 1) {
      const details =
        encoding === undefined || encoding === "" || encoding === "identity"
          ? "grpc: compressed flag set with identity or empty encoding"
          : `grpc: Decompressor is not installed for grpc-encoding ${JSON.stringify(encoding)}`;
      throw new StatusError(Status.INTERNAL, details);
    }
    if (flag !== 0) throw new StatusError(Status.INTERNAL, `grpc: received unexpected payload format ${flag}`);
    if (this.#length > maxMessageBytes) {
      const details = `grpc: received message larger than max (${this.#length} vs. ${maxMessageBytes})`;
      throw new StatusError(Status.RESOURCE_EXHAUSTED, details);
    }
  }
}
