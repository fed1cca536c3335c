import { GobSchemaError } from "./errors.js";
import { type Codec, defineType, type MarshalerNode, type Type } from "./schema.js";

export type { Codec } from "./schema.js";

/**
 * A Go type that encodes itself. `format` is `"gob"` for GobEncoder, `"binary"` for encoding.BinaryMarshaler
 * (`url.URL`); `"text"` is part of the format but sent by no Go release.
 */
export function marshaler<T, In = T>(format: MarshalerNode["format"], codec: Codec<T, In>): Type<T, In> {
  if (format !== "gob" && format !== "binary" && format !== "text") {
    throw new GobSchemaError(`gob.marshaler takes "gob", "binary" or "text", got ${JSON.stringify(format)}`);
  }
  return defineType<Type<T, In>>({ kind: "marshaler", format, codec: codec as unknown as Codec<unknown> });
}
