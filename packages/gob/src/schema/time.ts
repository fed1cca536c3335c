import { marshaler } from "./marshaler.js";

/** A Go `time.Time` in full precision. */
export interface GoTime {
  /** Whole seconds since 1970-01-01 UTC. */
  readonly seconds: bigint;
  /** 0 to 999,999,999, added to `seconds`. */
  readonly nanoseconds: number;
  /** Seconds east of UTC, or `"UTC"`. */
  readonly offset: number | "UTC";
}

const secondsToUnix = 62_135_596_800n;
const zeroTime: GoTime = { seconds: -secondsToUnix, nanoseconds: 0, offset: "UTC" };

/** Encodes a time as Go's `time.Time.MarshalBinary` does. */
export function encodeTime({ seconds, nanoseconds, offset }: GoTime): Uint8Array {
  if (!Number.isInteger(nanoseconds) || nanoseconds < 0 || nanoseconds > 999_999_999) {
    throw new RangeError(`nanoseconds must be a whole number from 0 to 999999999, got ${nanoseconds}`);
  }
  const east = offset === "UTC" ? -60 : offset;
  const minutes = Math.trunc(east / 60);
  // An offset of -1 minute means UTC on the wire, so that Go cannot send any offset that rounds to it.
  if (!Number.isInteger(east) || Math.abs(minutes) > 32767 || (minutes === -1 && offset !== "UTC")) {
    throw new RangeError(`gob cannot send a time with an offset of ${offset} seconds`);
  }
  const sinceYear1 = seconds + secondsToUnix;
  if (BigInt.asIntN(64, sinceYear1) !== sinceYear1) {
    throw new RangeError(`gob cannot send a time ${seconds} seconds after 1970`);
  }
  const rest = east % 60;
  const view = new DataView(new ArrayBuffer(rest === 0 ? 15 : 16));
  view.setUint8(0, rest === 0 ? 1 : 2);
  view.setBigInt64(1, sinceYear1);
  view.setInt32(9, nanoseconds);
  view.setInt16(13, minutes);
  if (rest !== 0) view.setInt8(15, rest);
  return new Uint8Array(view.buffer);
}

/** Decodes both versions of the format of `time.Time.MarshalBinary`. */
export function decodeTime(bytes: Uint8Array): GoTime {
  const version = bytes[0];
  const length = version === 1 ? 15 : version === 2 ? 16 : undefined;
  if (bytes.length !== length) {
    throw new RangeError(
      `expected a time.Time of 15 or 16 bytes, got version ${version ?? "none"} in ${bytes.length} bytes`,
    );
  }
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const minutes = view.getInt16(13);
  // Go writes the seconds as signed and reads them as unsigned. The sender means signed.
  const east = minutes * 60 + (version === 2 ? view.getInt8(15) : 0);
  return {
    seconds: view.getBigInt64(1) - secondsToUnix,
    nanoseconds: view.getInt32(9),
    offset: east === -60 ? "UTC" : east,
  };
}

function isZeroTime(time: GoTime): boolean {
  return time.seconds === zeroTime.seconds && time.nanoseconds === 0 && time.offset === "UTC";
}

function toDate(time: GoTime): Date {
  const date = new Date(Number(time.seconds) * 1000 + Math.floor(time.nanoseconds / 1e6));
  if (Number.isNaN(date.getTime())) throw new RangeError(`a Date cannot hold ${time.seconds} seconds after 1970`);
  return date;
}

function fromDate(date: Date): GoTime {
  const ms = date instanceof Date ? date.getTime() : Number.NaN;
  if (Number.isNaN(ms)) throw new RangeError(`expected a valid Date, got ${String(date)}`);
  const seconds = Math.floor(ms / 1000);
  return { seconds: BigInt(seconds), nanoseconds: (ms - seconds * 1000) * 1e6, offset: "UTC" };
}

/** Go `time.Time`, with nanoseconds and offset. */
export const goTime = marshaler<GoTime>("gob", {
  name: "Time",
  encode: encodeTime,
  decode: decodeTime,
  zero: () => zeroTime,
  isZero: isZeroTime,
});

/**
 * Go `time.Time`, as a Date. Nanoseconds below a millisecond and the offset are lost; {@link goTime} keeps them.
 * Go's zero time is January 1 of year 1, in a Date too.
 */
export const time = marshaler<Date>("gob", {
  name: "Time",
  encode: (date) => encodeTime(fromDate(date)),
  decode: (bytes) => toDate(decodeTime(bytes)),
  zero: () => toDate(zeroTime),
  isZero: (date) => isZeroTime(fromDate(date)),
});
