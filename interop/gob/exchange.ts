import * as gob from "@go-plugin/gob";
import { expect } from "vitest";
import { type Description, forDriver, schemaOf } from "./descriptions.js";
import type { Answer, Driver } from "./driver.js";
import type { Random } from "./random.js";
import type { RegisteredTypes } from "./registered.js";
import { fromJson, type Json, toJson } from "./values.js";

export interface Case {
  readonly type: Description;
  readonly values: readonly Json[];
}

/** Decodes a stream that arrives in pieces of random sizes. */
export function decodeInPieces(random: Random, type: Description, stream: Buffer, registered: RegisteredTypes): Json[] {
  const decoder = new gob.Decoder({ registry: registered.registry });
  const values: Json[] = [];
  for (let at = 0; at < stream.length; ) {
    const size = 1 + random.below(random.pick([2, 50, 5000]));
    decoder.push(stream.subarray(at, at + size));
    at += size;
    for (;;) {
      const value = decoder.decode(schemaOf(type));
      if (value === gob.needMore) break;
      values.push(toJson(type, value, registered.types));
    }
  }
  decoder.end();
  return values;
}

function encodeAll({ type, values }: Case, registered: RegisteredTypes): string {
  const encoder = new gob.Encoder({ registry: registered.registry });
  for (const value of values) encoder.write(schemaOf(type), fromJson(type, value, registered.types) as never);
  return Buffer.from(encoder.take()).toString("hex");
}

/** Go encodes and TypeScript decodes, and the reverse. The expected outcome is that of Go with Go. */
export async function exchange(
  random: Random,
  driver: Driver,
  registered: RegisteredTypes,
  cases: readonly Case[],
): Promise<void> {
  const answers = await Promise.all(
    cases.map(({ type, values }) => driver.ask({ op: "encode", type: forDriver(type), values })),
  );
  const decoded = await Promise.all(
    cases.map((one) =>
      driver.ask({
        op: "decode",
        type: forDriver(one.type),
        hex: encodeAll(one, registered),
        count: one.values.length,
      }),
    ),
  );
  for (const [index, one] of cases.entries()) {
    const go: Answer = answers[index]!;
    const note = `case ${index}: ${JSON.stringify(forDriver(one.type))}`;
    expect(go.error, note).toBeUndefined();
    const stream = Buffer.from(go.hex!.join(""), "hex");
    expect(decodeInPieces(random, one.type, stream, registered), `TypeScript decodes ${note}`).toEqual(go.dumps);
    expect(decoded[index]!.error, `Go decodes ${note}`).toBeUndefined();
    expect(decoded[index]!.dumps, `Go decodes ${note}`).toEqual(go.dumps);
  }
}
