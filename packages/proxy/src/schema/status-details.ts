import { fromBinary, type JsonValue } from "@bufbuild/protobuf";
import { BinaryReader, WireType } from "@bufbuild/protobuf/wire";
import { type Any, AnySchema } from "@bufbuild/protobuf/wkt";
import type { Schema } from "./schema.js";

/**
 * The details of a call's error, of the trailer `grpc-status-details-bin`. One whose type is not known is shown as
 * bytes.
 *
 * @example
 * ```ts
 * const details = decodeStatusDetails(standardSchema(), trailer);
 * ```
 */
export function decodeStatusDetails(schema: Schema, status: Uint8Array): JsonValue[] {
  try {
    return readDetails(status).map((detail) => showAny(schema, detail));
  } catch {
    return [{ $bytes: Buffer.from(status).toString("base64") }];
  }
}

/** The field `details` of google.rpc.Status. */
function readDetails(status: Uint8Array): Any[] {
  const reader = new BinaryReader(status);
  const details: Any[] = [];
  while (reader.pos < reader.len) {
    const [field, wireType] = reader.tag();
    if (field === 3 && wireType === WireType.LengthDelimited) details.push(fromBinary(AnySchema, reader.bytes()));
    else reader.skip(wireType, field);
  }
  return details;
}

function showAny(schema: Schema, { typeUrl, value }: Any): JsonValue {
  const name = typeUrl.slice(typeUrl.lastIndexOf("/") + 1);
  const type = schema.message(name);
  if (!type) return { "@type": typeUrl, $bytes: Buffer.from(value).toString("base64") };
  const json = schema.toJson(type, value);
  return typeof json === "object" && json !== null && !Array.isArray(json)
    ? { "@type": typeUrl, ...json }
    : { "@type": typeUrl, value: json };
}
