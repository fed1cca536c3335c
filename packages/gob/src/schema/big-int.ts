import { marshaler } from "./marshaler.js";

const version = 1;

/** Go `big.Int`, as a bigint. Go code mostly has `*big.Int`, which is `gob.ptr(gob.bigInt)`. */
export const bigInt = marshaler<bigint>("gob", {
  name: "Int",
  encode: encodeBigInt,
  decode: decodeBigInt,
  zero: () => 0n,
});

function encodeBigInt(value: bigint): Uint8Array {
  if (typeof value !== "bigint") throw new TypeError(`expected a bigint, got ${typeof value}`);
  const magnitude = value < 0n ? -value : value;
  const hex = magnitude === 0n ? "" : magnitude.toString(16);
  const digits = hex.length % 2 === 0 ? hex : `0${hex}`;
  return Buffer.from((value < 0n ? "03" : "02") + digits, "hex");
}

function decodeBigInt(bytes: Uint8Array): bigint {
  const head = bytes[0];
  // Go sends nothing for a nil *big.Int.
  if (head === undefined) return 0n;
  if (head >> 1 !== version) throw new RangeError(`expected version ${version} of a big.Int, got ${head >> 1}`);
  const digits = Buffer.from(bytes.buffer, bytes.byteOffset + 1, bytes.length - 1).toString("hex");
  const magnitude = digits === "" ? 0n : BigInt(`0x${digits}`);
  return head & 1 ? -magnitude : magnitude;
}
