import { gob } from "@go-plugin/gob";
import type { Json } from "./read-input.js";

/** The value that JSON stands for: `{"$bytes": base64}`, `{"$time": RFC 3339}` and `{"$int": "digits"}` are what JSON has not. */
export function valueFromJson(json: Json): unknown {
  if (Array.isArray(json)) return json.map(valueFromJson);
  if (typeof json !== "object" || json === null) return json;
  const special = specialValue(json);
  if (special) return special.value;
  return Object.fromEntries(Object.entries(json).map(([key, value]) => [key, valueFromJson(value)]));
}

function specialValue(json: { readonly [key: string]: Json }): { value: unknown } | undefined {
  const [[key, text] = [], ...more] = Object.entries(json);
  if (more.length > 0 || typeof text !== "string") return undefined;
  if (key === "$bytes") return { value: Buffer.from(text, "base64") };
  if (key === "$time") return { value: new Date(text) };
  if (key === "$int") return { value: BigInt(text) };
  return undefined;
}

/**
 * The Go type that JSON looks like, where no schema says it: objects are structs, whole numbers int, others float64.
 * gob matches fields by their names, so a part of a struct will do; nil is nothing, as `any`.
 */
export function typeOfJson(json: Json): gob.AnyType {
  if (json === null) return gob.interface();
  if (typeof json === "string") return gob.string;
  if (typeof json === "boolean") return gob.bool;
  if (typeof json === "number") return Number.isInteger(json) ? gob.int64 : gob.float64;
  if (Array.isArray(json)) return gob.slice(json.length > 0 ? typeOfJson(json[0]!) : gob.string);
  const special = specialValue(json);
  if (special)
    return special.value instanceof Date ? gob.time : typeof special.value === "bigint" ? gob.int64 : gob.bytes;
  const fields = Object.entries(json).filter(([, value]) => value !== null);
  return gob.struct("", Object.fromEntries(fields.map(([name, value]) => [name, typeOfJson(value)])) as never);
}
