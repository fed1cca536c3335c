import { Decoder, type DecoderOptions, needMore } from "./decoder.js";
import { unknown } from "./interface.js";

/** Every value of a whole stream, decoded without a schema. */
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
