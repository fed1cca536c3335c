// Measures gob's codec as interop/programs/gob-driver does: {"name":"widths,Rec","count":1000} is answered with the
// microseconds per value for encoding and decoding, on a connection that knows the types already.
import { createInterface } from "node:readline";
import * as gob from "../../packages/gob/src/gob.js";
import { registry } from "../../packages/gob/src/golden/types.js";
import { goldenValues } from "../../packages/gob/src/golden/values.js";
import type { Result } from "./measure.js";

for await (const line of createInterface(process.stdin)) {
  const { name, count } = JSON.parse(line) as { name: string; count: number };
  process.stdout.write(`${JSON.stringify(measure(name.split(","), count))}\n`);
}

function measure(names: readonly string[], count: number): Result {
  const values = names.flatMap((name) => {
    const { type, values } = goldenValues[name]!;
    return values.map((value) => ({ type, value: value as never }));
  });
  const encoder = new gob.Encoder({ registry });
  const decoder = new gob.Decoder({ registry });
  const messages: Uint8Array[] = [];
  const encode = () => {
    for (const { type, value } of values) messages.push(encoder.encode(type, value));
  };
  const decode = () => {
    for (const { type } of values) {
      decoder.push(messages[next++]!);
      decoder.decode(type);
    }
  };
  let next = 0;
  encode();
  decode();
  return {
    encode: microsPerValue(count, values.length, encode),
    decode: microsPerValue(count, values.length, decode),
  };
}

function microsPerValue(count: number, values: number, operation: () => void): number {
  const start = performance.now();
  for (let done = 0; done < count; done++) operation();
  return ((performance.now() - start) * 1e3) / (count * values);
}
