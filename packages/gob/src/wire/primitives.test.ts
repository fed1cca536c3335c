import fc from "fast-check";
import { describe, expect, test } from "vitest";
import * as gob from "../gob.js";
import { int, text, uint } from "../golden/raw.js";
import { Reader } from "./reader.js";
import { Writer } from "./writer.js";

class TestReader extends Reader {
  constructor(bytes: Uint8Array) {
    super();
    this.data = Buffer.from(bytes);
    this.end = bytes.length;
  }
}

function written(write: (writer: Writer) => void): Uint8Array {
  const writer = new Writer();
  write(writer);
  return writer.take();
}

const edges = [0, 7, 8, 16, 24, 31, 32, 40, 48, 52, 53, 56, 63].flatMap((bit) => {
  const edge = 1n << BigInt(bit);
  return [edge - 2n, edge - 1n, edge, edge + 1n];
});
const unsigned = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  fc.constantFrom(...edges.filter((v) => v >= 0n)),
);
const signed = fc.oneof(
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n }),
  fc.constantFrom(...edges.flatMap((v) => [v, -v]).filter((v) => BigInt.asIntN(64, v) === v)),
);
const isSafe = (value: bigint) => value <= BigInt(Number.MAX_SAFE_INTEGER) && value >= -BigInt(Number.MAX_SAFE_INTEGER);

describe("integers of every size", () => {
  test("unsigned", () => {
    fc.assert(
      fc.property(unsigned, (value) => {
        const bytes = written((writer) => writer.bigUint(value));
        expect(bytes).toEqual(uint(value));
        expect(new TestReader(bytes).bigUint()).toBe(value);
        if (isSafe(value)) {
          expect(written((writer) => writer.uint(Number(value)))).toEqual(bytes);
          expect(new TestReader(bytes).uint("uint")).toBe(Number(value));
          expect(new TestReader(bytes).count()).toBe(Number(value));
        } else {
          expect(() => new TestReader(bytes).uint("uint")).toThrow(gob.GobRangeError);
          expect(() => new TestReader(bytes).count()).toThrow(gob.GobFormatError);
        }
      }),
      { numRuns: 1000 },
    );
  });

  test("signed", () => {
    fc.assert(
      fc.property(signed, (value) => {
        const bytes = written((writer) => writer.bigInt(value));
        expect(bytes).toEqual(int(value));
        expect(new TestReader(bytes).bigInt()).toBe(value);
        if (isSafe(value)) {
          expect(written((writer) => writer.int(Number(value)))).toEqual(bytes);
          expect(new TestReader(bytes).int("int")).toBe(Number(value));
        } else expect(() => new TestReader(bytes).int("int")).toThrow(gob.GobRangeError);
      }),
      { numRuns: 1000 },
    );
  });
});

test("floats", () => {
  fc.assert(
    fc.property(fc.double(), (value) => {
      const bytes = written((writer) => writer.float(value));
      expect(new TestReader(bytes).float()).toBe(value);
      const view = new DataView(new ArrayBuffer(8));
      view.setFloat64(0, value, true);
      if (!Number.isNaN(value)) expect(bytes).toEqual(uint(view.getBigUint64(0)));
    }),
    { numRuns: 1000 },
  );
});

test("strings", () => {
  const strings = fc.oneof(
    fc.string({ unit: "binary", maxLength: 200 }),
    fc.string({ unit: "binary-ascii", maxLength: 40 }),
  );
  fc.assert(
    fc.property(strings, (value) => {
      const bytes = written((writer) => writer.string(value));
      expect(bytes).toEqual(text(value));
      expect(new TestReader(bytes).string()).toBe(value);
    }),
    { numRuns: 1000 },
  );
  expect(() => written((writer) => writer.string("a\ud800b"))).toThrow("well-formed");
});

describe("lengths", () => {
  test.each([0, 1, 127, 128, 255, 256, 65_535, 65_536, 20_000_000])("of %i bytes", (length) => {
    const body = Buffer.alloc(length, 7);
    const bytes = written((writer) => {
      writer.byte(1);
      const outer = writer.begin();
      writer.byte(2);
      const inner = writer.begin();
      writer.raw(body);
      writer.byte(3);
      writer.end(inner);
      writer.end(outer);
      writer.byte(4);
    });
    const inner = Buffer.concat([uint(length + 1), body, Buffer.of(3)]);
    const expected = Buffer.concat([Buffer.of(1), uint(inner.length + 1), Buffer.of(2), inner, Buffer.of(4)]);
    expect(Buffer.compare(bytes, expected)).toBe(0);
  });

  test("with large pieces that are not copied", () => {
    const large = Buffer.alloc(40_000, 1);
    const writer = new Writer();
    writer.byte(9);
    const mark = writer.begin();
    writer.raw(large);
    writer.byte(8);
    writer.raw(large);
    writer.end(mark);
    const parts = writer.takeParts();
    expect(parts.filter((part) => part === large)).toHaveLength(2);
    expect(Buffer.concat(parts)).toEqual(Buffer.concat([Buffer.of(9), uint(80_001), large, Buffer.of(8), large]));
  });

  test("what was taken is not written to again", () => {
    const writer = new Writer();
    const taken: Uint8Array[] = [];
    for (let round = 0; round < 300; round++) {
      writer.raw(Buffer.alloc(200, round));
      taken.push(writer.take());
    }
    for (const [round, bytes] of taken.entries()) expect(Buffer.from(bytes)).toEqual(Buffer.alloc(200, round));
  });
});
