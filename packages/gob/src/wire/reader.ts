import { isUtf8 } from "node:buffer";
import { GobFormatError, GobRangeError, GobUtf8Error } from "../errors.js";

const scratch = new Uint8Array(8);
const scratchView = new DataView(scratch.buffer);
const noBytes = new Uint8Array(0);

/** Reads gob's primitive encodings from one message at a time. */
export class Reader {
  protected data: Buffer = Buffer.alloc(0);
  /** The position of the next byte. */
  at = 0;
  /** The end of the message. */
  end = 0;
  // The two halves of the last long integer.
  #high = 0;
  #low = 0;

  get left(): number {
    return this.end - this.at;
  }

  /** Reads an integer of more than one byte into its two halves. */
  #long(first: number): void {
    const count = 256 - first;
    if (count > 8) throw new GobFormatError(`an integer cannot begin with byte 0x${first.toString(16)}`);
    let at = this.at + 1;
    if (at + count > this.end) throw endOfMessage();
    const { data } = this;
    let high = 0;
    let low = 0;
    for (let rest = count; rest > 4; rest--) high = high * 256 + data[at++]!;
    for (let rest = Math.min(count, 4); rest > 0; rest--) low = low * 256 + data[at++]!;
    this.at = at;
    this.#high = high;
    this.#low = low;
  }

  /** Reads an unsigned integer of any size. Every value but zero is true. */
  bool(): boolean {
    if (this.at >= this.end) throw endOfMessage();
    const first = this.data[this.at]!;
    if (first < 128) {
      this.at++;
      return first !== 0;
    }
    this.#long(first);
    return this.#high !== 0 || this.#low !== 0;
  }

  /** Reads an unsigned integer, which must be a safe one. `wanted` is the type for the error message. */
  uint(wanted: string): number {
    if (this.at >= this.end) throw endOfMessage();
    const first = this.data[this.at]!;
    if (first < 128) {
      this.at++;
      return first;
    }
    this.#long(first);
    const value = this.#high * 0x1_0000_0000 + this.#low;
    if (value > Number.MAX_SAFE_INTEGER) {
      throw unsafe(this.#bigUint(), "uint", wanted);
    }
    return value;
  }

  int(wanted: string): number {
    if (this.at >= this.end) throw endOfMessage();
    const first = this.data[this.at]!;
    if (first < 128) {
      this.at++;
      return first & 1 ? ~(first >> 1) : first >> 1;
    }
    this.#long(first);
    const half = this.#high * 0x8000_0000 + (this.#low >>> 1);
    const value = this.#low & 1 ? -half - 1 : half;
    if (half >= 2 ** 53 || !Number.isSafeInteger(value)) {
      throw unsafe(this.#bigInt(), "int", wanted);
    }
    return value;
  }

  bigUint(): bigint {
    if (this.at >= this.end) throw endOfMessage();
    const first = this.data[this.at]!;
    if (first < 128) {
      this.at++;
      return BigInt(first);
    }
    this.#long(first);
    return this.#bigUint();
  }

  bigInt(): bigint {
    if (this.at >= this.end) throw endOfMessage();
    const first = this.data[this.at]!;
    if (first < 128) {
      this.at++;
      return BigInt(first & 1 ? ~(first >> 1) : first >> 1);
    }
    this.#long(first);
    return this.#bigInt();
  }

  #bigUint(): bigint {
    return this.#high < 0x20_0000
      ? BigInt(this.#high * 0x1_0000_0000 + this.#low)
      : (BigInt(this.#high) << 32n) | BigInt(this.#low);
  }

  #bigInt(): bigint {
    const value = this.#bigUint();
    return value & 1n ? ~(value >> 1n) : value >> 1n;
  }

  float(): number {
    if (this.at >= this.end) throw endOfMessage();
    const first = this.data[this.at]!;
    scratchView.setFloat64(0, 0);
    if (first < 128) {
      scratch[7] = first;
      this.at++;
    } else {
      const count = 256 - first;
      if (count > 8) throw new GobFormatError(`a float cannot begin with byte 0x${first.toString(16)}`);
      const from = this.at + 1;
      if (from + count > this.end) throw endOfMessage();
      for (let index = 0; index < count; index++) scratch[8 - count + index] = this.data[from + index]!;
      this.at = from + count;
    }
    return scratchView.getFloat64(0, true);
  }

  /** Skips a number. */
  skipNumber(): void {
    if (this.at >= this.end) throw endOfMessage();
    const first = this.data[this.at]!;
    if (first < 128) this.at++;
    else this.#long(first);
  }

  /** Reads a count, a field number or an id. */
  count(): number {
    if (this.at >= this.end) throw endOfMessage();
    const first = this.data[this.at]!;
    if (first < 128) {
      this.at++;
      return first;
    }
    this.#long(first);
    if (this.#high >= 0x20_0000)
      throw new GobFormatError(`${this.#bigUint()} is too large for a count, a field number or an id`);
    return this.#high * 0x1_0000_0000 + this.#low;
  }

  /** Reads a length, and checks that as many bytes follow. */
  length(): number {
    const length = this.count();
    if (length > this.end - this.at) {
      throw new GobFormatError(`got a length of ${length} bytes with ${this.end - this.at} bytes left in the message`);
    }
    return length;
  }

  /** Reads a string, which must be UTF-8. */
  text(): string {
    const length = this.length();
    const from = this.at;
    this.at += length;
    const text = this.data.toString("utf8", from, this.at);
    // Only a text with U+FFFD can be of bytes that are not UTF-8.
    if (text.includes("\uFFFD") && !isUtf8(this.data.subarray(from, this.at))) {
      throw notUtf8(this.data.subarray(from, this.at));
    }
    return text;
  }

  /** Reads a string. Bytes that are not UTF-8 become U+FFFD. */
  string(): string {
    const length = this.length();
    const from = this.at;
    this.at += length;
    return this.data.toString("utf8", from, this.at);
  }

  bytes(): Uint8Array {
    const length = this.length();
    if (length === 0) return noBytes;
    const from = this.at;
    this.at += length;
    // A large payload shares the memory of its chunk. A small one is copied, since it would keep the whole chunk alive.
    const { data } = this;
    if (length * 2 >= data.buffer.byteLength) return new Uint8Array(data.buffer, data.byteOffset + from, length);
    return new Uint8Array(data.subarray(from, this.at));
  }

  skipBytes(): void {
    const length = this.length();
    this.at += length;
  }
}

function unsafe(value: bigint, sent: "int" | "uint", wanted: string): GobRangeError {
  return new GobRangeError(
    `${value} is beyond the safe integers of ${wanted}; use a bigint type such as gob.${sent}64`,
    {
      sent,
      wanted,
    },
  );
}

function notUtf8(bytes: Buffer): GobUtf8Error {
  const shown = bytes
    .subarray(0, 16)
    .toString("hex")
    .replace(/..(?=.)/g, "$& ");
  return new GobUtf8Error(
    `expected a string in UTF-8, got the bytes ${shown}${bytes.length > 16 ? " …" : ""}; gob.rawString keeps them`,
    { sent: "string", wanted: "string" },
  );
}

function endOfMessage(): GobFormatError {
  return new GobFormatError("the message ends in the middle of a value");
}
