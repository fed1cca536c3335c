import { describe, expect, test } from "vitest";
import * as gob from "../gob.js";
import { definition, int, message, raw } from "../golden/raw.js";
import { Leaf, Nest, Outer, Point, registry } from "../golden/types.js";
import { encodeTime } from "../schema/time.js";

describe("types that have changed", () => {
  const Old = gob.struct("Old", { A: gob.int, B: gob.string, Sub: gob.struct("Sub", { X: gob.int, Y: gob.int }) });

  test("fields find one another by name", () => {
    const New = gob.struct("New", {
      C: gob.slice(gob.int),
      Sub: gob.struct("Sub2", { Z: gob.ptr(gob.int), Y: gob.int16 }),
      A: gob.int8,
    });
    const sent = gob.encode(Old, { A: 5, B: "b", Sub: { X: 1, Y: 2 } });
    expect(gob.decode(New, sent)).toEqual({ C: [], Sub: { Z: null, Y: 2 }, A: 5 });
    expect(gob.decode(gob.emptyStruct, sent)).toEqual({});
  });

  test("a field can have another name here", () => {
    const Own = gob.struct("Old", { first: gob.field("A", gob.int), second: gob.field("B", gob.string) });
    expect(gob.decode(Own, gob.encode(Old, { A: 1, B: "b" }))).toEqual({ first: 1, second: "b" });
    expect(gob.decode(Old, gob.encode(Own, { first: 1, second: "b" }))).toMatchObject({ A: 1, B: "b" });
  });

  test.each([
    ["gob: New.A: expected string, got int", gob.struct("New", { A: gob.string })],
    ["gob: New.A: expected uint8, got int", gob.struct("New", { A: gob.uint8 })],
    ["gob: New.Sub: expected []int, got Sub", gob.struct("New", { Sub: gob.slice(gob.int) })],
    ["gob: New.Sub.Y: expected float64, got int", gob.struct("New", { Sub: gob.struct("", { Y: gob.float64 }) })],
    ["gob: New: expected New, got Old struct { A int; B string; Sub Sub }", gob.struct("New", { Q: gob.int })],
    ["gob: string: expected string, got Old", gob.string],
    ["gob: interface {}: expected interface {}, got Old struct", gob.interface()],
  ])("%s", (expected, type) => {
    const sent = gob.encode(Old, { A: 1, B: "b", Sub: { X: 1 } });
    expect(() => gob.decode(type, sent)).toThrow(gob.GobTypeMismatchError);
    expect(() => gob.decode(type, sent)).toThrow(expected);
  });

  test("the error carries both types", () => {
    try {
      gob.decode(gob.struct("New", { A: gob.slice(gob.string) }), gob.encode(Old, { A: 1 }));
      expect.unreachable();
    } catch (error) {
      expect(error).toMatchObject({ code: "ERR_GOB_TYPE_MISMATCH", path: "New.A", sent: "int", wanted: "[]string" });
    }
  });

  test.each([
    ["what is wanted", gob.map(gob.struct("P", { X: gob.int }), gob.string)],
    ["whatever comes", gob.unknown],
  ])("a map's key that is a struct has its place in the path: %s", (_, type) => {
    const stream = gob.encode(gob.map(gob.struct("P", { X: gob.int }), gob.string), new Map([[{ X: 1 }, "abc"]]));
    stream[stream.length - 4] = 100;
    expect(() => gob.decode(type as typeof gob.unknown, stream)).toThrow(/^gob: .*\[\{…\}\]: /);
  });

  test.each([
    ["expected string, got int", "[key]", gob.map(gob.string, gob.string)],
    ["300 does not fit int8", "[key 0]", gob.map(gob.int8, gob.string)],
  ])("a map's key has a step of its own in the path: %s", (expected, step, type) => {
    const stream = gob.encode(gob.map(gob.int, gob.string), new Map([[300, "a"]]));
    expect(() => gob.decode(type as gob.AnyType, stream)).toThrow(`${step}: ${expected}`);
  });

  test("the peer's type names cannot forge a log line", () => {
    const stream = raw(
      message(definition.struct(64, "Evil\n[ERROR]\u001b[31m", [["X", 2]])),
      message(int(64), 1, 2, 0),
    );
    expect(() => gob.decode(gob.int, stream)).toThrow("expected int, got Evil�[ERROR]�[31m");
  });
});

describe("types that are refused again and again", () => {
  let looked = 0;
  const counted = gob.lazy(() => {
    looked++;
    return gob.int;
  });
  const A = gob.struct("A", {
    get B(): gob.PtrType<typeof B> {
      return gob.ptr(B);
    },
    Bad: counted,
  });
  const B = gob.struct("B", { A: gob.ptr(A) });
  const definitions = raw(
    message(
      definition.struct(64, "A", [
        ["B", 65],
        ["Bad", 6],
      ]),
    ),
    message(definition.struct(65, "B", [["A", 64]])),
  );
  const outcome = (decoder: gob.Decoder, type: gob.AnyType, value: Buffer) => {
    decoder.push(value);
    try {
      return decoder.decode(type);
    } catch (error) {
      return (error as Error).message;
    }
  };

  test("what was compiled on the way to a refusal is refused as well", () => {
    const decoder = new gob.Decoder();
    decoder.push(definitions);
    expect(outcome(decoder, A, message(int(64), 1, 1, 0, 0))).toBe("gob: A.Bad: expected int, got string");
    expect(outcome(decoder, B, message(int(65), 1, 0, 0))).toBe("gob: B.A.Bad: expected int, got string");
  });

  test("the reason is computed once, and reported each time", () => {
    const decoder = new gob.Decoder();
    decoder.push(definitions);
    const expected = "gob: B.A.Bad: expected int, got string";
    expect(outcome(decoder, B, message(int(65), 0))).toBe(expected);
    looked = 0;
    for (let again = 0; again < 3; again++) expect(outcome(decoder, B, message(int(65), 0))).toBe(expected);
    expect(looked).toBe(0);
  });

  test("a type that is defined too late is known from then on", () => {
    const Late = gob.struct("Late", { S: gob.slice(gob.int) });
    const decoder = new gob.Decoder();
    decoder.push(message(definition.struct(64, "Late", [["S", 65]])));
    for (let again = 0; again < 2; again++) {
      expect(outcome(decoder, Late, message(int(64), 0))).toMatch("got undefined type 65");
    }
    decoder.push(message(definition.slice(65, 2)));
    expect(outcome(decoder, Late, message(int(64), 1, 1, int(7), 0))).toEqual({ S: [7] });
  });
});

describe("numbers that do not fit", () => {
  test.each([
    [gob.int8, gob.int, 128, "128 does not fit int8", { sent: "int", wanted: "int8" }],
    [gob.int16, gob.int, -40_000, "does not fit", { sent: "int", wanted: "int16" }],
    [gob.uint8, gob.uint, 256, "does not fit uint8", { sent: "uint", wanted: "uint8" }],
    [gob.float32, gob.float64, 1e300, "does not fit float32", { sent: "float", wanted: "float32" }],
    [gob.bigint(gob.int8), gob.int, 128, "does not fit int8", { sent: "int", wanted: "int8" }],
    [gob.int, gob.int64, 2n ** 53n, "9007199254740992 is beyond the safe integers", { sent: "int", wanted: "int" }],
    [
      gob.number(gob.int64),
      gob.int64,
      -(2n ** 63n),
      "-9223372036854775808 is beyond the safe integers",
      { sent: "int", wanted: "int64" },
    ],
    [
      gob.uint,
      gob.uint64,
      2n ** 64n - 1n,
      "18446744073709551615 is beyond the safe integers",
      { sent: "uint", wanted: "uint" },
    ],
  ] as [gob.AnyType, gob.AnyType, number | bigint, string, object][])("%o", (wanted, sent, value, expected, types) => {
    const stream = gob.encode(sent, value as never);
    expect(() => gob.decode(wanted, stream)).toThrow(gob.GobRangeError);
    expect(() => gob.decode(wanted, stream)).toThrow(expected);
    expect(() => gob.decode(wanted, stream)).toThrow(expect.objectContaining(types));
  });

  test("underflow is rounding, infinity a value", () => {
    expect(gob.decode(gob.float32, gob.encode(gob.float64, 1e-300))).toBe(0);
    expect(gob.decode(gob.float32, gob.encode(gob.float64, Number.NEGATIVE_INFINITY))).toBe(Number.NEGATIVE_INFINITY);
  });
});

describe("into what is there", () => {
  test("fields that were not sent keep their value", () => {
    const decoder = new gob.Decoder();
    decoder.push(gob.encode(Outer, { Name: "new", In: { B: 5 }, Ptr: { B: 6 }, Nums: [1], Table: { b: 2 } }));
    const into = {
      Name: "old",
      In: { A: 1, B: 2 },
      Ptr: { A: 3, B: 4 },
      Nums: [7, 8],
      Pair: [1, 2],
      Table: { a: 1 },
      Data: Buffer.from("data"),
      Flag: true,
      Ratio: 0.5,
      Points: [{ X: 1, Y: 1 }],
    };
    const { In, Ptr, Table } = into;
    expect(decoder.decode(Outer, into)).toBe(into);
    expect(into).toEqual({
      ...into,
      Name: "new",
      In: { A: 1, B: 5 },
      Ptr: { A: 3, B: 6 },
      Nums: [1],
      Table: { a: 1, b: 2 },
      Flag: true,
      Ratio: 0.5,
    });
    expect(into.In).toBe(In);
    expect(into.Ptr).toBe(Ptr);
    expect(into.Table).toBe(Table);
  });

  test("zero values are not shared", () => {
    const a = gob.decode(Outer, gob.encode(Outer, {}));
    const b = gob.decode(Outer, gob.encode(Outer, {}));
    a.Nums.push(1);
    a.Table.x = 1;
    a.In.A = 5;
    a.Pair[0] = 9;
    expect(b).toMatchObject({ Nums: [], In: { A: 0 }, Pair: [0, 0] });
    expect(b.Table.x).toBeUndefined();
  });
});

describe("without a schema", () => {
  test("structs, maps, bytes, types that encode themselves", () => {
    const stream = gob.encode(
      gob.struct("S", {
        Table: gob.map(gob.int, gob.string),
        Record: gob.record(gob.int),
        Data: gob.bytes,
        At: gob.time,
        Any: gob.interface(),
        Z: gob.complex64,
        N: gob.uint64,
      }),
      {
        Table: new Map([[1, "a"]]),
        Record: { k: 1 },
        Data: Uint8Array.of(1),
        At: new Date(0),
        Any: gob.typed(Leaf, { N: 1 }),
        Z: { real: 1, imag: 2 },
        N: 2n ** 60n,
      },
      { registry },
    );
    const [value] = gob.inspect(stream) as [Record<PropertyKey, unknown>];
    expect(value).toEqual({
      [gob.typeName]: "S",
      Table: new Map([[1, "a"]]),
      Record: { k: 1 },
      Data: Uint8Array.of(1),
      At: new gob.Opaque("gob", "Time", encodeTime({ seconds: 0n, nanoseconds: 0, offset: "UTC" })),
      Any: { [gob.typeName]: "main.Leaf", N: 1 },
      Z: { real: 1, imag: 2 },
      N: 2n ** 60n,
    });
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(gob.inspect(stream, { integers: "bigint" })).toMatchObject([{ Record: { k: 1n } }]);
    expect(gob.inspect(stream, { registry })).toMatchObject([{ Any: { [gob.typeName]: "main.Leaf", N: 1 } }]);
  });

  test("as a part of a schema", () => {
    const Part = gob.struct("Nest", { V: gob.unknown });
    expect(gob.decode(Part, gob.encode(Nest, { V: "x" }))).toEqual({ V: "x" });
    expect(gob.decode(Part, gob.encode(gob.struct("", { V: Point }), { V: { X: 1 } }))).toMatchObject({ V: { X: 1 } });
    expect(gob.decode(Part, gob.encode(Nest, {}))).toEqual({ V: null });
  });
});

describe("memory", () => {
  test("a large payload shares the memory it came in, a small one does not keep it", () => {
    const large = gob.encode(gob.bytes, new Uint8Array(1 << 20));
    expect(gob.decode(gob.bytes, large).buffer).toBe(large.buffer);
    const small = gob.encode(gob.bytes, new Uint8Array(100));
    const chunk = Buffer.concat([small, Buffer.alloc(10_000)]);
    const decoder = new gob.Decoder();
    decoder.push(chunk);
    const value = decoder.decode(gob.bytes) as Uint8Array;
    expect(value).toHaveLength(100);
    expect(value.buffer).not.toBe(chunk.buffer);
    expect(value.buffer.byteLength).toBe(100);
  });

  test("a message in many chunks is put together once", () => {
    const payload = Buffer.from(Array.from({ length: 5_000_000 }, (_, index) => index % 251));
    const stream = gob.encode(gob.bytes, payload);
    const decoder = new gob.Decoder();
    for (let at = 0; at < stream.length; at += 65_536) {
      expect(decoder.decode(gob.bytes)).toBe(gob.needMore);
      decoder.push(stream.subarray(at, at + 65_536));
    }
    expect(Buffer.compare(decoder.decode(gob.bytes) as Uint8Array, payload)).toBe(0);
  });
});

test("limits are numbers above 0", () => {
  for (const wrong of [0, -1, Number.NaN, "1"]) {
    expect(() => new gob.Decoder({ maxDepth: wrong as number })).toThrow("option maxDepth must be a number above 0");
  }
  expect(gob.decode(gob.int, gob.encode(gob.int, 1), { maxDepth: undefined as never })).toBe(1);
});

describe("skipping", () => {
  test("a value that is still arriving, then the next", () => {
    const stream = raw(gob.encode(gob.string, "first"), gob.encode(gob.string, "second"));
    const decoder = new gob.Decoder();
    let skipped = 0;
    const seen: unknown[] = [];
    for (const byte of stream) {
      decoder.push(Uint8Array.of(byte));
      if (skipped === 0) {
        if (decoder.skip()) skipped++;
      } else {
        const value = decoder.decode(gob.string);
        if (value !== gob.needMore) seen.push(value);
      }
    }
    expect(seen).toEqual(["second"]);
  });

  test("a value that decode found to be still arriving", () => {
    const first = message(int(8), 0, "01", "54", definition.struct(70, "T", []));
    const decoder = new gob.Decoder();
    decoder.push(first);
    expect(decoder.decode(gob.interface())).toBe(gob.needMore);
    expect(decoder.skip()).toBe(false);
    decoder.push(raw(message(int(70), 1, 0), gob.encode(gob.int, 5)));
    expect(decoder.skip()).toBe(true);
    expect(decoder.decode(gob.int)).toBe(5);
  });
});
