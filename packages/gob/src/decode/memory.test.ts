import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { expect, test } from "vitest";
import * as gob from "../gob.js";
import { definition, int, message, type Piece, raw, uint } from "../golden/raw.js";

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc") as () => void;

/** Heap bytes of the result of `make`, and of all that it leaves behind. */
function heapOf(make: () => unknown): number {
  collectGarbage();
  const before = process.memoryUsage().heapUsed;
  const made = [make()];
  collectGarbage();
  const taken = process.memoryUsage().heapUsed - before;
  return made.length * taken;
}

const [INT, UINT, BYTES, STRING, COMPLEX, INTERFACE] = [2, 3, 5, 6, 7, 8];
const Sparse = gob.struct("S", { A: gob.map(gob.int, gob.int), B: gob.time, C: gob.slice(gob.int), D: gob.complex128 });
const sparse = raw(message(definition.struct(65, "S", [["C", 66]])), message(definition.slice(66, INT)));
const intMap = message(definition.map(65, INT, INT));
const record = message(definition.map(65, STRING, INT));

test.each([
  ["strings", gob.string, STRING, [2, "6161"]],
  ["bigints", gob.uint64, UINT, [1]],
  ["byte slices", gob.bytes, BYTES, [1, 0]],
  ["raw strings", gob.rawString, STRING, [1, 0]],
  ["complex numbers", gob.complex128, COMPLEX, [1, 1]],
  ["slices", gob.slice(gob.int), 65, [0], message(definition.slice(65, INT))],
  ["Maps", gob.map(gob.int, gob.int), 65, [0], intMap],
  ["Maps of one entry", gob.map(gob.int, gob.int), 65, [1, 2, 2], intMap],
  ["records", gob.record(gob.int), 65, [0], record],
  ["structs", Sparse, 65, [0], sparse],
  ["structs without a schema", gob.unknown, 65, [0], sparse],
  ["records without a schema", gob.unknown, 65, [0], record],
  ["types that encode themselves", gob.unknown, 65, [1, 0], message(definition.marshaler(65, "T"))],
  ["interface values", gob.interface({ typed: true }), INTERFACE, [1, "61", int(INT), 2, 0, int(1)]],
] as [string, gob.AnyType, number, Piece[], Buffer?][])(
  "a value takes no more memory than its limit allows: %s",
  (_, elem, id, piece, elemDefinition = raw()) => {
    const maxMemoryBytes = 4 << 20;
    const one = raw(piece);
    const decode = (count: number) => {
      const values = Buffer.alloc(count * one.length, one);
      const stream = raw(elemDefinition, message(definition.slice(64, id)), message(int(64), 0, uint(count), values));
      return gob.decode(gob.slice(elem), stream, { maxMemoryBytes });
    };
    let most = 0;
    for (let step = 1 << 18; step >= 1; step /= 2) {
      try {
        decode(most + step);
        most += step;
      } catch (error) {
        if (!(error instanceof gob.GobLimitError)) throw error;
      }
    }
    const bytes = heapOf(() => decode(most));
    // A small message has a quarter of the limit, and the limit is not far from the truth.
    expect(most).toBeGreaterThan(1000);
    expect(bytes).toBeLessThan(maxMemoryBytes);
    expect(bytes).toBeGreaterThan(maxMemoryBytes / 4 / 4);
  },
);

test("1.8 MB of empty maps do not become hundreds of megabytes", () => {
  const elem = raw(message(definition.slice(64, 65)), intMap);
  const count = 1_800_000;
  const stream = raw(elem, message(int(64), 0, uint(count), Buffer.alloc(count)));
  for (const type of [gob.slice(gob.map(gob.int, gob.int)), gob.unknown]) {
    const before = process.memoryUsage().heapUsed;
    expect(() => gob.decode(type, stream)).toThrow("option maxMemoryBytes");
    expect(process.memoryUsage().heapUsed - before).toBeLessThan(160 << 20);
  }
});

test("the types of a stream take no more memory than their limit allows", () => {
  const decoder = new gob.Decoder({ maxTypes: 1000 });
  const define = () => {
    let at = 64;
    for (;;) {
      const fields = Array.from({ length: 1000 }, (_, index) => [String.fromCharCode(0x4e00 + index), INT] as const);
      decoder.push(message(definition.struct(at++, "", fields)));
      decoder.skip();
    }
  };
  const bytes = heapOf(() => expect(define).toThrow(gob.GobLimitError));
  expect(bytes).toBeLessThan(16 << 20);
  expect(() => decoder.end()).not.toThrow();
});
