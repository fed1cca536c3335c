import * as gob from "@go-plugin/gob";
import { type Description, underlying } from "./descriptions.js";

/** A value in the JSON that gob-driver builds it from, and shows it in. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** Types that interface values may have, by their registered names. */
export type Registered = ReadonlyMap<string, Description>;

const view = new DataView(new ArrayBuffer(8));

export function floatBits(value: number): string {
  view.setFloat64(0, value);
  return view.getBigUint64(0).toString(16).padStart(16, "0");
}

function bitsFloat(bits: string): number {
  view.setBigUint64(0, BigInt(`0x${bits}`));
  return view.getFloat64(0);
}

/** Makes the JavaScript value that a schema of the type encodes. */
export function fromJson(type: Description, json: Json, registered: Registered): unknown {
  const of = underlying(type);
  // biome-ignore lint/suspicious/noExplicitAny: the type says what it is
  const value = json as any;
  switch (of) {
    case "bool":
      return value;
    case "int":
    case "int64":
    case "uint":
    case "uint64":
    case "uintptr":
    case "bigInt":
      return BigInt(value);
    case "int8":
    case "int16":
    case "int32":
    case "uint8":
    case "uint16":
    case "uint32":
      return Number(value);
    case "float32":
    case "float64":
      return bitsFloat(value);
    case "complex64":
    case "complex128":
      return { real: bitsFloat(value[0]), imag: bitsFloat(value[1]) };
    case "string":
      return Buffer.from(value, "base64").toString();
    case "bytes":
      return value === null ? null : Buffer.from(value, "base64");
    case "time":
      return { ...value, seconds: BigInt(value.seconds) };
    case "any":
      return value === null
        ? null
        : gob.typed(value.type, fromJson(registered.get(value.type)!, value.value, registered));
  }
  if (value === null) return null;
  switch (of.kind) {
    case "slice":
    case "array":
      return value.map((elem: Json) => fromJson(of.elem, elem, registered));
    case "map": {
      const entries = value.map(([key, elem]: [Json, Json]) => [
        fromJson(of.key, key, registered),
        fromJson(of.elem, elem, registered),
      ]);
      return underlying(of.key) === "string" ? Object.fromEntries(entries) : new Map(entries);
    }
    case "ptr":
      return fromJson(of.elem, value, registered);
    case "struct":
      return Object.fromEntries(
        of.fields.map(({ name, type }, index) => [name, fromJson(type, value[index], registered)]),
      );
  }
}

/** Shows a decoded value as gob-driver shows it. */
export function toJson(type: Description, decoded: unknown, registered: Registered): Json {
  const of = underlying(type);
  // biome-ignore lint/suspicious/noExplicitAny: the type says what it is
  const value = decoded as any;
  switch (of) {
    case "bool":
      return value;
    case "float32":
    case "float64":
      return showFloat(value);
    case "complex64":
    case "complex128":
      return [showFloat(value.real), showFloat(value.imag)];
    case "string":
    case "bytes":
      return Buffer.from(value).toString("base64");
    case "time":
      return { nanoseconds: value.nanoseconds, offset: value.offset, seconds: String(value.seconds) };
    case "any":
      if (value === null) return null;
      return { type: value.type, value: toJson(registered.get(value.type)!, value.value, registered) };
  }
  if (typeof of === "string") return String(value);
  if (value === null) return null;
  switch (of.kind) {
    case "slice":
    case "array":
      return value.map((elem: unknown) => toJson(of.elem, elem, registered));
    case "map": {
      const entries = value instanceof Map ? [...value] : Object.entries(value);
      return entries
        .map(([key, elem]) => [toJson(of.key, key, registered), toJson(of.elem, elem, registered)])
        .sort((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));
    }
    case "ptr":
      return toJson(of.elem, value, registered);
    case "struct":
      return of.fields.map(({ name, type }) => toJson(type, value[name], registered));
  }
}

function showFloat(value: number): string {
  return Number.isNaN(value) ? "NaN" : floatBits(value);
}
