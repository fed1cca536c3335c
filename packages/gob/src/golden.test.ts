import { describe, expect, test } from "vitest";
import * as gob from "./gob.js";
import { readGolden } from "./golden/read.js";
import { renameIds } from "./golden/rename-ids.js";
import { registry } from "./golden/types.js";
import { goldenErrors, goldenValues } from "./golden/values.js";

const vectors = readGolden("vectors");

function decodeAll(type: gob.AnyType, stream: Buffer, chunk: number): unknown[] {
  const decoder = new gob.Decoder({ registry });
  const values: unknown[] = [];
  for (let at = 0; at < stream.length; at += chunk) {
    decoder.push(stream.subarray(at, at + chunk));
    for (let value = decoder.decode(type); value !== gob.needMore; value = decoder.decode(type)) values.push(value);
  }
  decoder.end();
  return values;
}

test("every vector has its value here", () => {
  expect([...Object.keys(goldenValues), ...Object.keys(goldenErrors)].sort()).toEqual([...vectors.keys()].sort());
});

describe.each(Object.entries(goldenValues))("%s", (name, { type, values, decoded, otherBytes }) => {
  const pieces = vectors.get(name)!.hex!;
  const stream = Buffer.from(pieces.join(""), "hex");

  test("decodes from Go's bytes, however they are cut", () => {
    for (const chunk of [stream.length, 1, 2, 3, 7]) {
      expect(decodeAll(type, stream, chunk)).toEqual(decoded ?? values);
    }
  });

  test(otherBytes === undefined ? "encodes to Go's bytes" : `encodes, but not to Go's bytes: ${otherBytes}`, () => {
    const encoder = new gob.Encoder({ registry });
    const ours = values.map((value) => Buffer.from(encoder.encode(type, value as never)).toString("hex"));
    if (otherBytes === undefined) expect(ours).toEqual(pieces);
    else expect(ours).not.toEqual(pieces);
    expect(decodeAll(type, Buffer.from(ours.join(""), "hex"), 5)).toEqual(decoded ?? values);
  });

  test("is skipped, however it is cut", () => {
    for (const chunk of [stream.length, 1, 3]) {
      const decoder = new gob.Decoder();
      let skipped = 0;
      for (let at = 0; at < stream.length; at += chunk) {
        decoder.push(stream.subarray(at, at + chunk));
        while (decoder.skip()) skipped++;
      }
      expect(skipped).toBe(values.length);
      decoder.end();
    }
  });

  test("is shown without a schema", () => {
    const strings = name === "invalid UTF-8" ? "bytes" : "text";
    expect(gob.inspect(stream, { strings })).toHaveLength(values.length);
  });
});

// Go before 1.21 starts its ids at 65: here these ids are put into streams of today's Go.
test.each([
  "full Outer",
  "Tree",
  "Rec",
  "embedded",
  "widths",
  "[]*Point",
  "map[string][]Point",
  "RecMap",
  "time fields",
])("%s, with the ids of Go before 1.21", (name) => {
  const { type, values, decoded } = goldenValues[name]!;
  const stream = Buffer.from(vectors.get(name)!.hex!.join(""), "hex");
  const old = renameIds(stream, (id) => id + 1);
  expect(old).not.toEqual(stream);
  expect(decodeAll(type, old, 3)).toEqual(decoded ?? values);
  expect(gob.inspect(old)).toEqual(gob.inspect(stream));
});

test.each(Object.entries(goldenErrors))("%s", (name, encode) => {
  expect(vectors.get(name)!.error).toBeDefined();
  expect(encode).toThrow(gob.GobError);
});
