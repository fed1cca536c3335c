import type { JsonValue } from "@bufbuild/protobuf";
import { Opaque, Typed } from "@go-plugin/gob";

/**
 * A decoded value of gob as JSON. What JSON has not: bytes are `{"$bytes": base64}`, integers beyond 2^53 strings, types
 * that encode themselves `{"$opaque": name, …}`, but times are RFC 3339; maps whose keys are no strings are lists of pairs.
 *
 * @example
 * ```ts
 * gobToJson(new Map([["name", "Ada"]]));
 * ```
 */
export function gobToJson(value: unknown): JsonValue {
  if (value === undefined || value === null) return null;
  if (typeof value === "bigint") return String(value);
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (typeof value !== "object") return value as JsonValue;
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64") };
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Opaque) return opaqueToJson(value);
  if (value instanceof Typed) return { $type: String(value.type), value: gobToJson(value.value) };
  if (Array.isArray(value)) return value.map(gobToJson);
  if (value instanceof Map) return { $map: [...value].map(([key, one]) => [gobToJson(key), gobToJson(one)]) };
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, gobToJson(one)]));
}

function opaqueToJson({ format, name, bytes }: Opaque): JsonValue {
  const time = name === "Time" ? timeText(bytes) : undefined;
  if (time !== undefined) return time;
  if (format === "text") return { $opaque: name, text: Buffer.from(bytes).toString() };
  return { $opaque: name, $bytes: Buffer.from(bytes).toString("base64") };
}

const secondsToUnix = 62_135_596_800n;

/** The time in the bytes of time.Time.MarshalBinary, in RFC 3339; undefined for another type of that name. */
function timeText(bytes: Uint8Array): string | undefined {
  if (bytes.length !== 15 + (bytes[0] === 2 ? 1 : 0) || (bytes[0] !== 1 && bytes[0] !== 2)) return undefined;
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const date = new Date(Number(view.getBigInt64(1) - secondsToUnix) * 1_000);
  if (Number.isNaN(date.getTime())) return undefined;
  const nanoseconds = String(view.getInt32(9)).padStart(9, "0").replace(/0+$/, "");
  return date.toISOString().replace(/\.\d+Z$/, nanoseconds === "" ? "Z" : `.${nanoseconds}Z`);
}
