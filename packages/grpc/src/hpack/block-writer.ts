const startBytes = 1024;

// A buffer that grew beyond this is not kept.
const keepBytes = 64 * 1024;

// The first byte and two lengths, each at its longest.
const overheadBytes = 18;

// Below this length a loop is faster than a native call.
const loopBelowLength = 24;

/** Writes the primitive types of one header block at a time, into a buffer of its own. */
export class BlockWriter {
  #bytes: Buffer = Buffer.allocUnsafeSlow(startBytes);
  #at = 0;

  /** Begins the next block. */
  open(): void {
    this.#at = 0;
    if (this.#bytes.length > keepBytes) this.#bytes = Buffer.allocUnsafeSlow(startBytes);
  }

  /** The block: a view that is valid until the next one is begun. */
  close(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Makes room for an integer, or for a field's integer and strings. */
  reserve(stringBytes: number): void {
    const needed = this.#at + stringBytes + overheadBytes;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(needed, this.#bytes.length * 2));
    larger.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = larger;
  }

  /**
   * Writes an integer behind the `pattern` of the first byte's upper bits; `mask` is the largest value of the lower
   * ones.
   */
  integer(pattern: number, mask: number, value: number): void {
    const bytes = this.#bytes;
    if (value < mask) {
      bytes[this.#at++] = pattern | value;
      return;
    }
    bytes[this.#at++] = pattern | mask;
    let rest = value - mask;
    for (; rest >= 0x80; rest >>>= 7) bytes[this.#at++] = 0x80 | (rest & 0x7f);
    bytes[this.#at++] = rest;
  }

  string(text: string): void {
    const { length } = text;
    this.integer(0, 0x7f, length);
    const at = this.#at;
    const bytes = this.#bytes;
    if (length < loopBelowLength)
      for (let index = 0; index < length; index++) bytes[at + index] = text.charCodeAt(index);
    else bytes.write(text, at, "latin1");
    this.#at += length;
  }
}
