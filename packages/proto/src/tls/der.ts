/** The few ASN.1 DER types that a certificate needs; each function returns one encoded value. */

function value(tag: number, ...content: readonly Uint8Array[]): Buffer {
  const length = content.reduce((sum, part) => sum + part.length, 0);
  const header =
    length < 0x80 ? [tag, length] : length < 0x100 ? [tag, 0x81, length] : [tag, 0x82, length >> 8, length & 0xff];
  return Buffer.concat([Uint8Array.from(header), ...content]);
}

export const sequence = (...items: readonly Uint8Array[]) => value(0x30, ...items);
export const set = (...items: readonly Uint8Array[]) => value(0x31, ...items);
export const boolean = (on: boolean) => value(0x01, Uint8Array.of(on ? 0xff : 0));
export const utf8String = (text: string) => value(0x0c, Buffer.from(text));
export const octetString = (...content: readonly Uint8Array[]) => value(0x04, ...content);
export const generalizedTime = (time: Date) => value(0x18, Buffer.from(digits(time)));
export const utcTime = (time: Date) => value(0x17, Buffer.from(digits(time).slice(2)));
/** A whole number of bits; `unused` of the last byte's low bits do not count. */
export const bitString = (content: Uint8Array, unused = 0) => value(0x03, Uint8Array.of(unused), content);
/** `[tag]` around a value. */
export const explicit = (tag: number, content: Uint8Array) => value(0xa0 | tag, content);
/** `[tag]` in place of a primitive value's own tag. */
export const implicit = (tag: number, content: Uint8Array) => value(0x80 | tag, content);

/** A non-negative INTEGER from its big-endian bytes. */
export function integer(bytes: Uint8Array): Buffer {
  let start = 0;
  while (start < bytes.length - 1 && bytes[start] === 0) start++;
  const sign = (bytes[start] ?? 0) & 0x80 ? [Uint8Array.of(0)] : [];
  return value(0x02, ...sign, bytes.subarray(start));
}

export function objectIdentifier(dotted: string): Buffer {
  const [first = 0, second = 0, ...rest] = dotted.split(".").map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const base128 = [arc & 0x7f];
    for (let left = Math.floor(arc / 128); left > 0; left = Math.floor(left / 128))
      base128.unshift((left & 0x7f) | 0x80);
    bytes.push(...base128);
  }
  return value(0x06, Uint8Array.from(bytes));
}

/** YYYYMMDDHHMMSSZ */
function digits(time: Date): string {
  return `${time
    .toISOString()
    .replace(/\.\d+Z$/, "")
    .replace(/[-:T]/g, "")}Z`;
}
