import { GobEncodeError } from "../errors.js";

/** Byte slices of at least this size are not copied. */
const externalBytes = 32 * 1024;
/** Messages are cut from buffers of this size, so that a small one costs no allocation. */
const slabBytes = 16 * 1024;

interface External {
  at: number;
  readonly bytes: Uint8Array;
}

const scratch = new Uint8Array(8);
const scratchView = new DataView(scratch.buffer);

/** A growing buffer that writes gob's primitive encodings. */
export class Writer {
  #buffer = Buffer.alloc(0);
  /** Bytes before this position have been taken and are not written to again. */
  #start = 0;
  #at = 0;
  #external: External[] = [];
  #externalLength = 0;

  get length(): number {
    return this.#at - this.#start;
  }

  /** The length including the large byte slices that are not copied. */
  get total(): number {
    return this.length + this.#externalLength;
  }

  #reserve(count: number): void {
    if (this.#at + count <= this.#buffer.length) return;
    const { length } = this;
    const grown = Buffer.allocUnsafeSlow(Math.max(slabBytes, length * 2, length + count));
    this.#buffer.copy(grown, 0, this.#start, this.#at);
    this.#buffer = grown;
    this.#start = 0;
    this.#at = length;
  }

  byte(value: number): void {
    if (this.#at === this.#buffer.length) this.#reserve(1);
    this.#buffer[this.#at++] = value;
  }

  /** A whole number from 0 to 2^53. */
  uint(value: number): void {
    if (value < 128) {
      if (this.#at === this.#buffer.length) this.#reserve(1);
      this.#buffer[this.#at++] = value;
      return;
    }
    this.#reserve(9);
    this.#at = putUint(this.#buffer, this.#at, value);
  }

  /** A whole number between plus and minus 2^53. */
  int(value: number): void {
    if (value >= 0) {
      if (value < 2 ** 52) this.uint(value * 2);
      else this.bigUint(BigInt(value) << 1n);
    } else if (value > -(2 ** 52)) this.uint(-2 * value - 1);
    else this.bigInt(BigInt(value));
  }

  bigUint(value: bigint): void {
    if (value <= 0x1f_ffff_ffff_ffffn) {
      this.uint(Number(value));
      return;
    }
    this.#reserve(9);
    const high = Number(value >> 32n);
    const count = high > 0xff_ffff ? 8 : 7;
    this.#buffer[this.#at++] = 256 - count;
    this.#buffer.writeUIntBE(high, this.#at, count - 4);
    this.#buffer.writeUInt32BE(Number(value & 0xffff_ffffn), this.#at + count - 4);
    this.#at += count;
  }

  bigInt(value: bigint): void {
    this.bigUint(value < 0n ? (~value << 1n) | 1n : value << 1n);
  }

  float(value: number): void {
    scratchView.setFloat64(0, value, true);
    let first = 0;
    while (first < 7 && scratch[first] === 0) first++;
    this.#reserve(9);
    if (first < 7 || scratch[7]! > 127) this.#buffer[this.#at++] = 256 - (8 - first);
    while (first < 8) this.#buffer[this.#at++] = scratch[first++]!;
  }

  string(value: string): void {
    const { length } = value;
    if (length < 32) {
      // Names and keys are short ASCII strings, which are faster without a call into the runtime.
      this.#reserve(length + 1);
      const buffer = this.#buffer;
      let at = this.#at;
      buffer[at++] = length;
      let index = 0;
      for (; index < length; index++) {
        const code = value.charCodeAt(index);
        if (code > 127) break;
        buffer[at++] = code;
      }
      if (index === length) {
        this.#at = at;
        return;
      }
    }
    if (!isWellFormed(value))
      throw new GobEncodeError(
        `expected well-formed text, got ${JSON.stringify(value.slice(0, 40))} with half a surrogate pair`,
      );
    const count = Buffer.byteLength(value);
    this.uint(count);
    this.#reserve(count);
    this.#at += this.#buffer.write(value, this.#at, count, "utf8");
  }

  bytes(value: Uint8Array): void {
    this.uint(value.length);
    this.raw(value);
  }

  raw(value: Uint8Array): void {
    if (value.length >= externalBytes) {
      this.#external.push({ at: this.length, bytes: value });
      this.#externalLength += value.length;
      return;
    }
    this.#reserve(value.length);
    this.#buffer.set(value, this.#at);
    this.#at += value.length;
  }

  mark(): Mark {
    return { at: this.length, externals: this.#external.length, externalLength: this.#externalLength };
  }

  /** Drops what was written since the mark. */
  reset(mark: Mark = emptyMark): void {
    this.#at = this.#start + mark.at;
    this.#external.length = mark.externals;
    this.#externalLength = mark.externalLength;
  }

  /** Begins a part that is preceded by its length. */
  begin(): Mark {
    const mark = this.mark();
    this.byte(0);
    return mark;
  }

  /** Ends the part: writes its length, and inserts `prefix` before that. */
  end(mark: Mark, prefix?: Writer): void {
    const length = this.length - mark.at - 1 + (this.#externalLength - mark.externalLength);
    const extra = (prefix?.length ?? 0) + uintLength(length) - 1;
    if (extra > 0) {
      this.#reserve(extra);
      const from = this.#start + mark.at + 1;
      this.#buffer.copyWithin(from + extra, from, this.#at);
      this.#at += extra;
      for (let index = mark.externals; index < this.#external.length; index++) this.#external[index]!.at += extra;
    }
    let at = this.#start + mark.at;
    if (prefix !== undefined) at += prefix.#buffer.copy(this.#buffer, at, prefix.#start, prefix.#at);
    putUint(this.#buffer, at, length);
  }

  /** Takes all bytes, as one piece. */
  take(): Uint8Array {
    return this.#external.length === 0 ? this.#takeBuffer() : Buffer.concat(this.takeParts());
  }

  /** Takes all bytes in pieces, without a copy of large byte slices. */
  takeParts(): Uint8Array[] {
    const external = this.#external;
    const buffer = this.#takeBuffer();
    const parts: Uint8Array[] = [];
    let from = 0;
    for (const { at, bytes } of external) {
      if (at > from) parts.push(buffer.subarray(from, at));
      parts.push(bytes);
      from = at;
    }
    if (buffer.length > from) parts.push(buffer.subarray(from));
    return parts;
  }

  #takeBuffer(): Buffer {
    const taken = this.#buffer.subarray(this.#start, this.#at);
    this.#start = this.#at;
    if (this.#externalLength > 0) {
      this.#external = [];
      this.#externalLength = 0;
    }
    return taken;
  }
}

/** A position in what has been written. */
export interface Mark {
  readonly at: number;
  readonly externals: number;
  readonly externalLength: number;
}

export const emptyMark: Mark = { at: 0, externals: 0, externalLength: 0 };

/** ES2024's String.prototype.isWellFormed, which Node.js 20 has. */
function isWellFormed(text: string): boolean {
  return (text as unknown as { isWellFormed(): boolean }).isWellFormed();
}

function uintLength(value: number): number {
  if (value < 0x80) return 1;
  if (value < 0x100) return 2;
  if (value < 0x1_0000) return 3;
  if (value < 0x100_0000) return 4;
  if (value < 0x1_0000_0000) return 5;
  if (value < 0x100_0000_0000) return 6;
  if (value < 0x1_0000_0000_0000) return 7;
  return 8;
}

function putUint(buffer: Buffer, at: number, value: number): number {
  const count = uintLength(value) - 1;
  if (count === 0) {
    buffer[at] = value;
    return at + 1;
  }
  buffer[at++] = 256 - count;
  if (count > 4) {
    const high = Math.floor(value / 0x1_0000_0000);
    if (count > 6) buffer[at++] = high >>> 16;
    if (count > 5) buffer[at++] = high >>> 8;
    buffer[at++] = high;
  }
  if (count > 3) buffer[at++] = value >>> 24;
  if (count > 2) buffer[at++] = value >>> 16;
  if (count > 1) buffer[at++] = value >>> 8;
  buffer[at++] = value;
  return at;
}
