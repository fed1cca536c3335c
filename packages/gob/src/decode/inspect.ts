import { unknown } from "../schema/interface.js";
import { Decoder, type DecoderOptions, needMore } from "./decoder.js";

/**
 * Decodes every value of a complete stream without a schema.
 *
 * @throws {GobError} The subclass says why.
 * @example
 * ```ts
 * import { gob } from "@go-plugin/gob";
 *
 * console.log(gob.inspect(Buffer.from("090c000648656c6c6f21", "hex"))); // [ "Hello!" ]
 * ```
 */
export function inspect(bytes: Uint8Array, options?: DecoderOptions): unknown[] {
  const decoder = new Decoder(options);
  decoder.push(bytes);
  const values: unknown[] = [];
  for (;;) {
    const value = decoder.decode(unknown);
    if (value === needMore) break;
    values.push(value);
  }
  decoder.end();
  return values;
}
