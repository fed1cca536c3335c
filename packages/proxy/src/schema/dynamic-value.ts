import type { JsonObject, JsonValue } from "@bufbuild/protobuf";
import { decode, ExtData, ExtensionCodec, encode } from "@msgpack/msgpack";
import { isObject, setOwn } from "./json.js";

/** cty's extension for a value that is not known yet, and the one that says what is known of it nevertheless. */
const unknownType = 0;
const refinedUnknownType = 12;
const maxDepth = 512;

/** A value that is not known before apply. It holds what is known of it, if that is anything. */
class Unknown {
  constructor(readonly refinement: Uint8Array | undefined) {}
}

const extensionCodec = new ExtensionCodec();
extensionCodec.register({ type: unknownType, encode: () => null, decode: () => new Unknown(undefined) });
extensionCodec.register({ type: refinedUnknownType, encode: () => null, decode: (data) => new Unknown(data) });

/**
 * The content of a DynamicValue of Terraform's protocol, msgpack or JSON, as JSON: an unknown value is
 * `{"$unknown": true}`, bytes are `{"$bytes": base64}`, integers beyond 2^53 are strings.
 */
export function readDynamicValue(json: JsonValue): JsonValue {
  if (!isObject(json)) return json;
  const { msgpack, json: text } = json;
  try {
    if (typeof msgpack === "string" && msgpack !== "") {
      return toJson(decode(Buffer.from(msgpack, "base64"), { extensionCodec, useBigInt64: true }), 0);
    }
    if (typeof text === "string" && text !== "") return JSON.parse(Buffer.from(text, "base64").toString()) as JsonValue;
  } catch {
    // It is shown as it is.
  }
  return { $dynamicValue: json };
}

/** The DynamicValue, as msgpack, that {@link readDynamicValue} shows so. */
export function writeDynamicValue(json: JsonValue): JsonValue {
  if (isObject(json) && isObject(json.$dynamicValue)) return json.$dynamicValue;
  const bytes = encode(fromJson(json), { extensionCodec, useBigInt64: true, maxDepth });
  return { msgpack: Buffer.from(bytes).toString("base64") };
}

function toJson(value: unknown, depth: number): JsonValue {
  if (depth > maxDepth) throw new RangeError("a value that is nested too deep");
  if (value instanceof Unknown) {
    return { $unknown: value.refinement ? Buffer.from(value.refinement).toString("base64") : true };
  }
  if (value instanceof Uint8Array) return { $bytes: Buffer.from(value).toString("base64") };
  if (value instanceof ExtData) throw new TypeError(`msgpack extension ${value.type}`);
  if (typeof value === "bigint") {
    const number = Number(value);
    return Number.isSafeInteger(number) ? number : String(value);
  }
  if (typeof value === "number" && !Number.isFinite(value)) return String(value);
  if (Array.isArray(value)) return value.map((one) => toJson(one, depth + 1));
  if (typeof value !== "object" || value === null) return value as JsonValue;
  const result: JsonObject = {};
  for (const [key, one] of Object.entries(value)) setOwn(result, key, toJson(one, depth + 1));
  return result;
}

function fromJson(json: JsonValue): unknown {
  if (Array.isArray(json)) return json.map(fromJson);
  if (!isObject(json)) return json;
  const { $unknown: unknown, $bytes: bytes } = json;
  if (Object.keys(json).length === 1) {
    // Go writes the unknown value with one byte of data.
    if (unknown === true) return new ExtData(unknownType, Uint8Array.of(0));
    if (typeof unknown === "string") return new ExtData(refinedUnknownType, Buffer.from(unknown, "base64"));
    if (typeof bytes === "string") return Buffer.from(bytes, "base64");
  }
  const result: Record<string, unknown> = Object.create(null);
  for (const [key, value] of Object.entries(json)) result[key] = fromJson(value);
  return result;
}
