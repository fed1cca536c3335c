import { describe, expect, test } from "vitest";
import * as gob from "../gob.js";
import { Leaf, Nest, Point, registry } from "../golden/types.js";

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("hex");
}

describe("one encoder", () => {
  test("defines a type once", () => {
    const encoder = new gob.Encoder();
    const first = encoder.encode(Point, { X: 1, Y: 2 });
    const second = encoder.encode(Point, { X: 1, Y: 2 });
    expect(hex(first).endsWith(hex(second))).toBe(true);
    expect(second.length).toBeLessThan(first.length);
    // A type that was defined as part of another is not defined again.
    const outer = new gob.Encoder();
    outer.encode(gob.slice(Point), []);
    expect(hex(outer.encode(Point, { X: 1 }))).toBe("05ff80010200");
  });

  test("leaves no trace of a value that fails", () => {
    const encoder = new gob.Encoder({ registry });
    const Broken = gob.struct("Broken", { Any: gob.interface(), N: gob.int8 });
    expect(() => encoder.encode(Broken, { Any: gob.typed(Leaf, { N: 1 }), N: 1000 })).toThrow(gob.GobEncodeError);
    expect(hex(encoder.encode(Point, { X: 1 }))).toBe(hex(gob.encode(Point, { X: 1 })));
  });

  test("takes several values out as one", () => {
    const encoder = new gob.Encoder();
    encoder.write(gob.int, 1).write(Point, { X: 2 });
    const decoder = new gob.Decoder();
    decoder.push(encoder.take());
    expect(decoder.decode(gob.int)).toBe(1);
    expect(decoder.decode(Point)).toEqual({ X: 2, Y: 0 });
    expect(encoder.take()).toHaveLength(0);
  });

  test("keeps what was written before a value that fails", () => {
    const encoder = new gob.Encoder();
    encoder.write(Point, { X: 1 });
    expect(() => encoder.write(gob.slice(Point), [{ X: 0.5 }])).toThrow(gob.GobEncodeError);
    expect(hex(encoder.take())).toBe(hex(gob.encode(Point, { X: 1 })));
  });

  test("discards what was not taken, types included", () => {
    const encoder = new gob.Encoder();
    encoder.encode(gob.slice(gob.int), [1]);
    encoder.write(Point, { X: 1 });
    encoder.discard();
    const next = encoder.encode(Point, { X: 1 });
    const decoder = new gob.Decoder();
    decoder.push(next);
    expect(decoder.decode(Point)).toEqual({ X: 1, Y: 0 });
  });

  test("discards no more than what was written since it was told to keep", () => {
    const kept = () => {
      const encoder = new gob.Encoder();
      encoder.write(Point, { X: 1 }).write(gob.bytes, new Uint8Array(100_000)).keep();
      return encoder;
    };
    const encoder = kept();
    encoder.write(gob.slice(gob.int), [1]).write(gob.bytes, new Uint8Array(100_000)).discard();
    encoder.write(gob.slice(gob.int), [2]);
    const { length } = encoder;
    const bytes = encoder.take();
    expect(length).toBe(bytes.length);
    expect(encoder.length).toBe(0);
    expect(hex(bytes)).toBe(hex(kept().write(gob.slice(gob.int), [2]).take()));
  });

  test("hands on large byte slices without a copy", () => {
    const Blob = gob.struct("Blob", { Name: gob.string, Data: gob.bytes, Tail: gob.int });
    const Data = new Uint8Array(100_000).fill(3);
    const encoder = new gob.Encoder();
    encoder.write(gob.int, 1).write(Blob, { Name: "n", Data, Tail: 5 });
    const parts = encoder.takeParts();
    expect(parts).toContain(Data);
    const decoder = new gob.Decoder();
    for (const part of parts) decoder.push(part);
    expect(decoder.decode(gob.int)).toBe(1);
    expect(decoder.decode(Blob)).toEqual({ Name: "n", Data, Tail: 5 });
    expect(Buffer.concat(parts)).toEqual(
      new gob.Encoder().write(gob.int, 1).write(Blob, { Name: "n", Data, Tail: 5 }).take(),
    );
  });
});

describe("values that do not fit", () => {
  const Args = gob.struct("Args", {
    Items: gob.slice(gob.struct("Item", { N: gob.int8 })),
    Table: gob.record(gob.string),
  });

  test.each([
    [gob.int8, 128, "whole number from -128 to 127"],
    [gob.int8, -129, "whole number"],
    [gob.uint8, -1, "whole number from 0 to 255"],
    [gob.uint32, 2 ** 32, "whole number"],
    [gob.int, 0.5, "whole number"],
    [gob.int, 2 ** 53, "pass a bigint"],
    [gob.int, 2n ** 63n, "whole number"],
    [gob.uint64, 2n ** 64n, "whole number"],
    [gob.uint64, -1n, "whole number"],
    [gob.int, Number.NaN, "whole number"],
    [gob.int, "5", 'got "5"'],
    [gob.int, null, "got null"],
    [gob.float32, 1e39, "float32"],
    [gob.float64, 1n, "got 1n"],
    [gob.bool, 1, "a boolean"],
    [gob.string, 5, "a string"],
    [gob.bytes, "abc", "a Uint8Array"],
    [gob.complex128, 5, "{ real, imag }"],
    [gob.slice(gob.int), new Set(), "an array for []int, got an object of class Set"],
    [gob.array(gob.int, 2), [1], "an array of 2"],
    [gob.map(gob.int, gob.int), { 1: 2 }, "a Map"],
    [gob.record(gob.int), [1], "an object"],
    [Point, 5, "an object for Point"],
    [gob.time, new Date(Number.NaN), "valid Date"],
    [gob.bigInt, 5, "a bigint"],
    [gob.interface(), Symbol("s"), "a plain value"],
    [gob.interface(), new URL("file:///"), "an object of class URL"],
    [gob.ptr(Point), null, "nil *Point"],
    [gob.unknown, 5, "can only be decoded"],
  ] as [gob.AnyType, unknown, string][])("%o: %s", (type, value, expected) => {
    expect(() => gob.encode(type, value as never)).toThrow(gob.GobEncodeError);
    expect(() => gob.encode(type, value as never)).toThrow(expected);
  });

  test("the error says where", () => {
    const items = [{ N: 1 }, { N: 300 }];
    expect(() => gob.encode(Args, { Items: items })).toThrow(
      "gob: Args.Items[1].N: expected a whole number from -128 to 127 for int8, got 300",
    );
    expect(() => gob.encode(Args, { Table: { key: 5 as never } })).toThrow('gob: Args.Table["key"]: expected a string');
    expect(() => gob.encode(Nest, { V: gob.typed(Leaf, { N: 0.5 }) }, { registry })).toThrow(
      "gob: Nest.V(main.Leaf).N: ",
    );
    try {
      gob.encode(Args, { Items: items });
    } catch (error) {
      expect(error).toMatchObject({ code: "ERR_GOB_ENCODE", path: "Args.Items[1].N", wanted: "int8" });
      expect((error as Error).stack).toContain("Args.Items[1].N");
    }
  });

  test("a schema that is not ready yet leaves no trace", () => {
    let target: gob.AnyType | undefined;
    const Late = gob.slice(gob.lazy(() => target!));
    const encoder = new gob.Encoder();
    expect(() => encoder.encode(Late, [])).toThrow(gob.GobSchemaError);
    target = gob.int;
    expect(encoder.encode(Late, [1] as never)).toEqual(gob.encode(gob.slice(gob.int), [1]));
  });

  test("values that contain themselves", () => {
    const any: unknown[] = [];
    any.push(any);
    expect(() => gob.encode(gob.interface(), any)).toThrow(gob.GobLimitError);
    expect(() => gob.encode(gob.interface(), any, { maxDepth: Number.POSITIVE_INFINITY })).toThrow(gob.GobLimitError);
  });
});

describe("interface values", () => {
  test.each([
    [null, null],
    [undefined, null],
    ["s", "s"],
    [true, true],
    [5, 5],
    [2.5, 2.5],
    [-0, -0],
    [1e300, 1e300],
    [5n, 5n],
    [Uint8Array.of(1, 2), Uint8Array.of(1, 2)],
    [new Date(1234), new Date(1234)],
    [
      [1, "a", null],
      [1, "a", null],
    ],
    [
      { a: 1, b: { c: [] } },
      { a: 1, b: { c: [] } },
    ],
    [new Map([["a", 1]]), { a: 1 }],
  ])("%o", (value, decoded) => {
    expect(gob.decode(gob.interface(), gob.encode(gob.interface(), value))).toEqual(decoded);
  });

  test("a decoded struct can be sent again, copied and changed", () => {
    const sent = gob.encode(gob.interface(), gob.typed(Leaf, { N: 1 }), { registry });
    const leaf = gob.decode(gob.interface(), sent, { registry }) as { N: number };
    expect(leaf).toEqual({ N: 1, [gob.typeName]: "main.Leaf" });
    expect(gob.encode(gob.interface(), leaf, { registry })).toEqual(sent);
    const changed = gob.encode(gob.interface(), { ...leaf, N: 2 }, { registry });
    expect(gob.decode(gob.interface(), changed, { registry })).toMatchObject({ N: 2 });
  });

  test("an exact type", () => {
    const Any = gob.interface({ typed: true });
    for (const value of [gob.typed("int32", 5), gob.typed("float64", 2), gob.typed("[]string", ["a"]), null]) {
      expect(gob.decode(Any, gob.encode(Any, value))).toEqual(value);
    }
  });

  test("a type that is not registered", () => {
    for (const value of [gob.typed("main.Nope", {}), gob.typed(Point, {}), { [gob.typeName]: "main.Nope" }]) {
      expect(() => gob.encode(gob.interface(), value)).toThrow(gob.GobUnregisteredError);
    }
  });

  test("another schema for a name that Go registers", () => {
    const own = gob.registry().add("int", gob.bigint(gob.int)).add("time.Time", gob.goTime);
    const big = 2n ** 60n;
    const sent = gob.encode(gob.interface(), gob.typed("int", big), { registry: own });
    expect(gob.decode(gob.interface(), sent, { registry: own })).toBe(big);
    expect(() => gob.decode(gob.interface(), sent)).toThrow(gob.GobRangeError);
  });

  test("a name for a type with the schema of int does not become the name of int", () => {
    const own = gob.registry().add("main.Level", gob.int);
    const decoded = (value: unknown) =>
      gob.decode(gob.interface({ typed: true }), gob.encode(gob.interface(), value, { registry: own }), {
        registry: own,
      });
    expect(decoded(gob.typed(gob.int, 5))).toEqual(gob.typed("int", 5));
    expect(decoded(gob.typed("main.Level", 5))).toEqual(gob.typed("main.Level", 5));
  });
});
