import { HpackError } from "./hpack-error.js";

// The lower 5 bits of each character are the length of a symbol's code: the 256 bytes and EOS. The code is canonical,
// so the lengths are enough: sorted by length, then by value, the symbols have ascending codes.
const codeLengths =
  "mw|||||||x~||~||||||||~|||||||||fjjlmfhkjjhkhfffeeefffffffghoflj" +
  "mfgggggggggggggggggggggghghmsmnfoefefefffeggfffefgfeefgggggoknm|" +
  "tvttvvvwvwwwwwxwxxvwxwwwwuvwvwwxvutvvwwuwvvxuvwwuuvuwvwwtvvvwvvw" +
  "zztsvwvyzzz{{zxysuz{{z{xuuzz|{{{txtuvuuwvvyyxxzwz{zz{{{{{|{{{{{z~";

const endOfString = 256;
const maxLength = 30;

interface Tables {
  /** By the next 8 bits: length * 256 + symbol, or 0 if the code is longer. */
  readonly short: Uint16Array;
  /** Symbols in the order of their codes. */
  readonly symbols: Uint16Array;
  /** By length: the least prefix of a longer code. */
  readonly limits: Uint32Array;
  /** By length: a code's index in `symbols`, minus the code. */
  readonly offsets: Int32Array;
}

let tables: Tables | undefined;

function createTables(): Tables {
  const short = new Uint16Array(256);
  const symbols = new Uint16Array(codeLengths.length);
  const limits = new Uint32Array(maxLength + 1);
  const offsets = new Int32Array(maxLength + 1);
  const lengths = Buffer.from(codeLengths, "latin1");
  const counts = new Uint16Array(maxLength + 1);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    lengths[symbol]! &= 31;
    counts[lengths[symbol]!]!++;
  }
  /** By length: the index of the next symbol. */
  const places = new Uint16Array(maxLength + 1);
  let code = 0;
  let place = 0;
  for (let length = 1; length <= maxLength; length++) {
    code *= 2;
    offsets[length] = place - code;
    places[length] = place;
    code += counts[length]!;
    place += counts[length]!;
    limits[length] = code;
  }
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol]!;
    const place = places[length]!++;
    symbols[place] = symbol;
    const next = place - offsets[length]!;
    if (length <= 8) short.fill(length * 256 + symbol, next << (8 - length), (next + 1) << (8 - length));
  }
  return { short, symbols, limits, offsets };
}

// Longer strings get a buffer that is not kept.
const scratchBytes = 4096;
let scratch: Buffer | undefined;

function targetFor(encodedBytes: number): Buffer {
  // The shortest codes have 5 bits.
  const size = Math.floor((encodedBytes * 8) / 5);
  if (size > scratchBytes) return Buffer.allocUnsafeSlow(size);
  scratch ??= Buffer.allocUnsafeSlow(scratchBytes);
  return scratch;
}

/** Decodes the Huffman coded string in bytes [start, end) as latin1 text. @throws {HpackError} */
export function decodeHuffman(bytes: Uint8Array, start: number, end: number): string {
  tables ??= createTables();
  const { short, symbols, limits, offsets } = tables;
  const target = targetFor(end - start);
  let written = 0;
  let at = start;
  // The lowest `count` bits of `bits` are those that were read but not decoded.
  let bits = 0;
  let count = 0;
  for (;;) {
    while (count < 8 && at < end) {
      bits = (bits << 8) | bytes[at++]!;
      count += 8;
    }
    // At the end, missing bits are ones: no code of 8 bits or less is all ones.
    const next = count >= 8 ? (bits >>> (count - 8)) & 0xff : ((bits << (8 - count)) | (0xff >>> count)) & 0xff;
    const found = short[next]!;
    if (found !== 0) {
      count -= found >>> 8;
      if (count < 0) throw badPadding();
      target[written++] = found;
      continue;
    }
    if (count < 8) {
      if (next !== 0xff) throw badPadding();
      return target.toString("latin1", 0, written);
    }
    let code = next;
    let length = 8;
    count -= 8;
    do {
      if (count === 0) {
        if (at === end) throw badPadding();
        bits = bytes[at++]!;
        count = 8;
      }
      code = (code << 1) | ((bits >>> --count) & 1);
      length++;
    } while (code >= limits[length]!);
    const symbol = symbols[code + offsets[length]!]!;
    if (symbol === endOfString) throw new HpackError("a Huffman coded string contains the end-of-string symbol");
    target[written++] = symbol;
  }
}

function badPadding(): HpackError {
  return new HpackError("a Huffman coded string does not end in less than 8 bits of padding, all ones");
}
