import { HpackError } from "./hpack-error.js";
import { decodeHuffman } from "./huffman.js";

const nothing = Buffer.alloc(0);

const maxInteger = 2 ** 31 - 1;

/** Reads the primitive types of one header block at a time. */
export class BlockReader {
  #bytes: Buffer = nothing;
  #at = 0;
  #end = 0;

  open(buffer: Uint8Array, start: number, end: number): void {
    this.#bytes = Buffer.isBuffer(buffer) ? buffer : Buffer.from(buffer.buffer, buffer.byteOffset, buffer.length);
    this.#at = start;
    this.#end = end;
  }

  /** Lets go of the bytes. */
  close(): void {
    this.#bytes = nothing;
  }

  get more(): boolean {
    return this.#at < this.#end;
  }

  /** The next byte, if there are `more`. */
  byte(): number {
    return this.#bytes[this.#at++]!;
  }

  /** An integer whose first byte is `first`; `mask` is the prefix's largest value. */
  integer(first: number, mask: number): number {
    const prefix = first & mask;
    return prefix < mask ? prefix : this.#continuation(mask);
  }

  #continuation(base: number): number {
    let value = base;
    for (let scale = 1; scale <= 2 ** 28; scale *= 128) {
      if (this.#at >= this.#end) throw new HpackError("the header block ends in the middle of an integer");
      const byte = this.#bytes[this.#at++]!;
      value += (byte & 0x7f) * scale;
      if (value > maxInteger) break;
      if (byte < 0x80) return value;
    }
    throw new HpackError(`an integer in the header block is longer than 5 bytes or larger than ${maxInteger}`);
  }

  string(): string {
    if (this.#at >= this.#end) throw new HpackError("the header block ends before a string");
    const first = this.#bytes[this.#at++]!;
    const length = this.integer(first, 0x7f);
    const start = this.#at;
    if (length > this.#end - start) {
      throw new HpackError(`a string of ${length} bytes exceeds the ${this.#end - start} bytes that are left`);
    }
    this.#at += length;
    if (first & 0x80) return decodeHuffman(this.#bytes, start, this.#at);
    return this.#bytes.toString("latin1", start, this.#at);
  }
}
