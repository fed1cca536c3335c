import type { DescField, DescMessage, JsonObject, JsonValue } from "@bufbuild/protobuf";
import { readDynamicValue, writeDynamicValue } from "./dynamic-value.js";
import { isObject, setOwn } from "./json.js";

/** Shows a message, or the bytes of a field, otherwise than protobuf's own JSON does. */
interface ValueCodec {
  read(json: JsonValue): JsonValue;
  write(json: JsonValue): JsonValue;
}

const dynamicValue: ValueCodec = { read: readDynamicValue, write: writeDynamicValue };

/** Bytes that hold JSON. */
const jsonBytes: ValueCodec = {
  read: (json) => {
    if (typeof json !== "string") return json;
    try {
      return JSON.parse(Buffer.from(json, "base64").toString()) as JsonValue;
    } catch {
      return { $bytes: json };
    }
  },
  write: (json) =>
    isObject(json) && typeof json.$bytes === "string"
      ? json.$bytes
      : Buffer.from(JSON.stringify(json)).toString("base64"),
};

/** Values that plugin protocols pack into bytes: messages by their name, fields by `message.field`. */
const codecs: ReadonlyMap<string, ValueCodec> = new Map(
  ["tfplugin5", "tfplugin6"].flatMap((name): [string, ValueCodec][] => [
    [`${name}.DynamicValue`, dynamicValue],
    [`${name}.Schema.Attribute.type`, jsonBytes],
    [`${name}.ResourceIdentitySchema.IdentityAttribute.type`, jsonBytes],
    [`${name}.Function.Parameter.type`, jsonBytes],
    [`${name}.Function.Return.type`, jsonBytes],
    [`${name}.RawState.json`, jsonBytes],
  ]),
);

/** Shows what known messages hold. */
export function readValues(type: DescMessage, json: JsonValue): JsonValue {
  return walk(type, json, "read");
}

/** The JSON of protobuf again. */
export function writeValues(type: DescMessage, json: JsonValue): JsonValue {
  return walk(type, json, "write");
}

function walk(type: DescMessage, json: JsonValue, way: keyof ValueCodec): JsonValue {
  const codec = codecs.get(type.typeName);
  if (codec) return codec[way](json);
  // Well-known types have a JSON of their own.
  if (type.typeName.startsWith("google.protobuf.") || !isObject(json)) return json;
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(json)) {
    const field = type.fields.find((one) => one.jsonName === key || one.name === key);
    setOwn(result, key, field ? walkField(type, field, value, way) : value);
  }
  return result;
}

function walkField(type: DescMessage, field: DescField, json: JsonValue, way: keyof ValueCodec): JsonValue {
  const codec = codecs.get(`${type.typeName}.${field.name}`);
  const one = (value: JsonValue): JsonValue =>
    codec ? codec[way](value) : field.message ? walk(field.message, value, way) : value;
  if (field.fieldKind === "list") return Array.isArray(json) ? json.map(one) : json;
  if (field.fieldKind !== "map") return one(json);
  if (!isObject(json)) return json;
  const result: JsonObject = {};
  for (const [key, value] of Object.entries(json)) setOwn(result, key, one(value));
  return result;
}
