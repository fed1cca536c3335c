import { GobSchemaError } from "../errors.js";
import { type Codec, defineType, type MarshalerNode, type Type } from "./schema.js";

export type { Codec } from "./schema.js";

/**
 * A Go type that encodes itself. `format` is `"gob"` for gob.GobEncoder and `"binary"` for encoding.BinaryMarshaler.
 * The format has `"text"` too, but no Go release sends it.
 *
 * @throws {GobSchemaError} The format is not one of these.
 * @example
 * ```ts
 * import { gob } from "@go-plugin/gob";
 *
 * const url = gob.marshaler("binary", {
 *   name: "URL", // url.URL
 *   encode: (url: string) => new TextEncoder().encode(url),
 *   decode: (bytes) => new TextDecoder().decode(bytes),
 *   zero: () => "",
 * });
 * ```
 */
export function marshaler<T, In = T>(format: MarshalerNode["format"], codec: Codec<T, In>): Type<T, In> {
  if (format !== "gob" && format !== "binary" && format !== "text") {
    throw new GobSchemaError(
      `the format of gob.marshaler must be "gob", "binary" or "text", got ${JSON.stringify(format)}`,
    );
  }
  return defineType<Type<T, In>>({ kind: "marshaler", format, codec: codec as unknown as Codec<unknown> });
}
