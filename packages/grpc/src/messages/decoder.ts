import { ReceiveBuffer } from "@go-plugin/wire";
import { Status, StatusError } from "../status/status.js";
import { headerBytes } from "./framing.js";

/** Limits for the messages of one direction. */
export interface MessageLimits {
  readonly maxMessageBytes: number;
  /** The peer's `grpc-encoding`. */
  readonly encoding: string | undefined;
}

const empty: Buffer = Buffer.alloc(0);

/**
 * Cuts the bytes of one direction into messages. `push` takes chunks of any size; `next` returns one message at a time,
 * so a reader may stop between two. A message that spans chunks is copied once, when it is complete: a length that the
 * peer only claims costs nothing.
 */
export class MessageDecoder {
  #chunk: Buffer = empty;
  #offset = 0;
  /** The chunks after `chunk`. */
  #chunks: Buffer[] | undefined;
  #headerRead = 0;
  #flag = 0;
  #length = 0;
  #missing = 0;
  /** The beginning of a message that spans chunks. */
  #parts: ReceiveBuffer | undefined;

  readonly #limits: MessageLimits;

  constructor(limits: MessageLimits) {
    this.#limits = limits;
  }

  /** True while the rest of a message is missing. */
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

  /** The next message, or undefined until more bytes arrive. @throws {StatusError} for a message that is refused. */
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
        this.#parts ??= new ReceiveBuffer();
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
    this.#headerRead = 0;
    this.#length = 0;
    if (parts === undefined) return last;
    this.#parts = undefined;
    return parts.takeAll(last);
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
