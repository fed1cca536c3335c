import { gob } from "@go-plugin/gob";

/** Converts a value to what JSON can hold, like interop/netrpcscenario/describe.go. */
export function describe(value: unknown): unknown {
  if (value === null || value === undefined) return null;
  if (value instanceof gob.Typed) return { type: value.type, value: describe(value.value) };
  if (value instanceof Uint8Array) return `hex ${Buffer.from(value).toString("hex")}`;
  if (value instanceof URL) return `url ${value.href}`;
  if (value instanceof Map) return describeMap(value);
  if (Array.isArray(value)) return value.map(describe);
  switch (typeof value) {
    case "bigint":
      return String(value);
    case "number":
      return Number.isFinite(value) ? value : String(value);
    case "object":
      return Object.fromEntries(Object.entries(value).map(([key, field]) => [key, describe(field)]));
    default:
      return value;
  }
}

function describeMap(map: ReadonlyMap<unknown, unknown>): unknown[] {
  const pairs = [...map].map(([key, value]) => [describe(key), describe(value)]);
  const text = ([key]: unknown[]) => JSON.stringify(key);
  return pairs.sort((a, b) => (text(a) < text(b) ? -1 : 1));
}
