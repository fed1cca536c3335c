import { describe, expect, test } from "vitest";
import * as gob from "../gob.js";
import { definition, int, message, type Piece, raw, text, uint } from "../golden/raw.js";
import { Point, RecSlice } from "../golden/types.js";

const { Decoder, inspect, needMore, skipped } = { ...gob, skipped: Symbol("skipped") };

/** Ids of the types that are predefined in every stream. */
const [INT, UINT, STRING, INTERFACE] = [2, 3, 6, 8];

function decodeOne(type: gob.AnyType, stream: Uint8Array, options?: gob.DecoderOptions): unknown {
  return gob.decode(type, stream, options);
}

function skipOne(stream: Uint8Array, options?: gob.DecoderOptions): unknown {
  const decoder = new Decoder(options);
  decoder.push(stream);
  if (decoder.skip()) return skipped;
  decoder.end();
  return needMore;
}

/** The three ways to read a value: with a schema, without one, or by skipping it. */
function everyWay(type: gob.AnyType, stream: Uint8Array, error: abstract new (...args: never[]) => gob.GobError): void {
  const thrown = error as typeof gob.GobFormatError;
  expect(() => decodeOne(type, stream)).toThrow(thrown);
  expect(() => inspect(stream)).toThrow(thrown);
  expect(() => skipOne(stream)).toThrow(thrown);
}

const pointDefinition = message(
  definition.struct(64, "Point", [
    ["X", INT],
    ["Y", INT],
  ]),
);

describe("framing", () => {
  test("empty input", () => {
    expect(() => decodeOne(gob.int, raw())).toThrow(gob.GobTruncatedError);
  });

  test("a message without bytes", () => {
    everyWay(gob.int, raw(0), gob.GobFormatError);
  });

  test.each([
    ["a length cut short", "fe01"],
    ["a message cut short", "050200"],
    ["a definition, then the end", pointDefinition],
  ] as [string, Piece][])("%s", (_, bytes) => {
    const stream = raw(bytes);
    expect(() => decodeOne(Point, stream)).toThrow(gob.GobTruncatedError);
    expect(() => inspect(stream)).toThrow(gob.GobTruncatedError);
    expect(() => skipOne(stream)).toThrow(gob.GobTruncatedError);
  });

  test("a value that its message is too short for is no end of the stream", () => {
    everyWay(gob.int, message(int(INT), 0), gob.GobFormatError);
    everyWay(gob.int, message(int(INT)), gob.GobFormatError);
    everyWay(gob.int, message(int(INT), 0, "fe01"), gob.GobFormatError);
  });

  test.each(["80", "a0", "f7"])("a length that begins with byte %s", (byte) => {
    everyWay(gob.int, raw(byte, "0000000000000000"), gob.GobFormatError);
    everyWay(gob.int, message(int(INT), 0, byte, "0000000000000000"), gob.GobFormatError);
    everyWay(gob.float64, message(int(4), 0, byte, "0000000000000000"), gob.GobFormatError);
  });

  test.each([2n ** 26n + 1n, 2n ** 33n, 2n ** 63n, 2n ** 64n - 1n])("a message of %d bytes", (length) => {
    everyWay(gob.int, raw(uint(length)), gob.GobLimitError);
  });

  test("the stream stays ended after it", () => {
    const decoder = new Decoder();
    decoder.push(raw(message(int(INT), 0, int(1)), uint(2n ** 40n), message(int(INT), 0, int(2))));
    expect(decoder.decode(gob.int)).toBe(1);
    for (let again = 0; again < 3; again++) expect(() => decoder.decode(gob.int)).toThrow(gob.GobLimitError);
    expect(() => decoder.end()).toThrow(gob.GobLimitError);
  });

  test("a claim of 1 GiB takes no memory", () => {
    const before = process.memoryUsage().arrayBuffers;
    const decoders = Array.from({ length: 20 }, () => new Decoder({ maxMessageBytes: 2 ** 31 }));
    for (const decoder of decoders) {
      decoder.push(raw(uint(2 ** 30), "ff"));
      expect(decoder.decode(gob.bytes)).toBe(needMore);
    }
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(100 * 2 ** 20);
  });

  test("trailing bytes, integers that are longer than they must be, any true", () => {
    expect(decodeOne(gob.int, message(int(INT), 0, int(5), "ffff"))).toBe(5);
    expect(decodeOne(gob.uint, message(int(UINT), 0, "f8 0000000000000005"))).toBe(5);
    for (const seven of [raw(7), uint(7n << 32n), uint(7n << 60n)]) {
      expect(decodeOne(gob.bool, message(int(1), 0, seven))).toBe(true);
      expect(decodeOne(gob.unknown, message(int(1), 0, seven))).toBe(true);
    }
  });
});

describe("types", () => {
  test("a value other than 0 before a non-struct", () => {
    everyWay(gob.int, message(int(INT), 1, int(5)), gob.GobFormatError);
  });

  test.each([0, 9, 16, 20, 64, 1000])("a value of type %i, which was not defined", (id) => {
    const stream = message(int(id), 0, 0);
    for (const type of [gob.int, Point, gob.interface(), gob.slice(gob.int)]) {
      expect(() => decodeOne(type, stream)).toThrow(gob.GobError);
    }
    everyWay(gob.unknown, stream, gob.GobFormatError);
  });

  test("a field of a type that was not defined", () => {
    const stream = raw(
      message(
        definition.struct(64, "S", [
          ["X", 99],
          ["Y", INT],
        ]),
      ),
      message(int(64), 1, 0, 0),
    );
    everyWay(gob.struct("S", { X: gob.int }), stream, gob.GobError);
    everyWay(gob.struct("S", { Y: gob.int }), stream, gob.GobFormatError);
  });

  test("an id that would wrap around", () => {
    everyWay(gob.int, message(int(2n ** 32n + 2n), 0, int(5)), gob.GobFormatError);
    everyWay(gob.int, message(int(2n ** 62n), 0, int(5)), gob.GobFormatError);
  });

  test.each([1, 8, 63, 2 ** 31])("a definition of type %i", (id) => {
    everyWay(gob.int, message(definition.slice(id, INT)), gob.GobFormatError);
  });

  test("a second definition", () => {
    everyWay(Point, raw(pointDefinition, pointDefinition), gob.GobFormatError);
  });

  test("bytes behind a definition", () => {
    everyWay(Point, message(definition.slice(64, INT), 1), gob.GobFormatError);
  });

  test.each([
    ["of nothing", [int(-64), 0]],
    ["by a field that there is not", [int(-64), 10, 0]],
    ["with a field that there is not in it", [int(-64), 2, 1, 2, int(64), 0, 5, 0, 0]],
    ["of two types", [definition.slice(64, INT).subarray(0, -1), 2, 1, 2, int(64), 0, 1, int(INT), 1, int(INT), 0, 0]],
    ["that ends early", definition.struct(64, "Point", [["X", INT]]).subarray(0, -8)],
    ["with a field without a name", definition.struct(64, "S", [["", INT]])],
    ["with a field of no type", definition.struct(64, "S", [["X", 0]])],
    ["with an element of a negative type", definition.slice(64, -5)],
    ["of an array of negative length", definition.array(64, INT, -1)],
    ["that claims 2^40 fields", [int(-64), 3, 2, uint(2n ** 40n), 0]],
    ["that claims 2^63 fields", [int(-64), 3, 2, uint(2n ** 63n), 0]],
    ["whose name is longer than it", [int(-64), 2, 1, 1, uint(2n ** 40n)]],
  ] as [string, Piece][])("a definition %s", (_, body) => {
    everyWay(Point, message(body), gob.GobError);
  });

  test("definitions without end", () => {
    const endless = raw(...Array.from({ length: 10_050 }, (_, index) => message(definition.slice(64 + index, INT))));
    everyWay(gob.int, endless, gob.GobLimitError);
    const wide = raw(
      ...Array.from({ length: 300 }, (_, index) => message(definition.struct(64 + index, "n".repeat(1000), []))),
    );
    expect(() => decodeOne(gob.int, wide, { maxTypes: 500 })).toThrow("bytes of type definitions");
  });

  test("types that contain one another are legal", () => {
    const stream = raw(
      message(definition.slice(64, 65)),
      message(definition.slice(65, 64)),
      message(int(64), 0, 2, 0, 1, 0),
    );
    expect(inspect(stream)).toEqual([[[], [[]]]]);
    expect(skipOne(stream)).toBe(skipped);
    expect(decodeOne(RecSlice, stream)).toEqual([[], [[]]]);
    // Go cannot send a struct that contains itself by value, but a stream can define one.
    const struct = raw(message(definition.struct(64, "S", [["S", 64]])), message(int(64), 1, 1, 0, 0, 0));
    expect(inspect(struct)).toEqual([{ S: { S: {}, [gob.typeName]: "S" }, [gob.typeName]: "S" }].map(mark));
  });

  function mark(value: object): object {
    const inner = { [gob.typeName]: "S" };
    return { ...value, S: { S: inner, [gob.typeName]: "S" } };
  }

  test("a million levels", () => {
    const nested = (levels: number) =>
      raw(message(definition.slice(64, 64)), message(int(64), 0, Buffer.alloc(levels, 1), 0));
    const stream = nested(1_000_000);
    everyWay(RecSlice, stream, gob.GobLimitError);
    for (const type of [RecSlice, gob.unknown]) {
      expect(() => decodeOne(type, nested(50_000), { maxDepth: Number.POSITIVE_INFINITY })).toThrow(gob.GobLimitError);
    }
    expect(skipOne(nested(50_000), { maxDepth: Number.POSITIVE_INFINITY })).toBe(skipped);
  });

  test("10,050 types in one another", () => {
    const chain = Array.from({ length: 10_050 }, (_, index) => message(definition.slice(64 + index, 65 + index)));
    const stream = raw(
      ...chain,
      message(
        definition.struct(20_000, "S", [
          ["Deep", 64],
          ["X", INT],
        ]),
      ),
      message(int(20_000), 1, Buffer.alloc(10_049, 1), 0, 1, int(7), 0),
    );
    const Wanted = gob.struct("S", { X: gob.int });
    expect(() => decodeOne(Wanted, stream, { maxTypes: 20_000 })).toThrow(gob.GobLimitError);
    expect(decodeOne(Wanted, stream, { maxTypes: 20_000, maxDepth: 20_000 })).toEqual({ X: 7 });
  });
});

describe("structs", () => {
  test.each([3, 2 ** 31, 2n ** 53n, 2n ** 63n, 2n ** 64n - 1n])("a field %d further", (delta) => {
    everyWay(Point, raw(pointDefinition, message(int(64), uint(delta), int(1), 0)), gob.GobFormatError);
  });

  test("no end before the end of the message", () => {
    expect(decodeOne(Point, raw(pointDefinition, message(int(64), 1, int(5))))).toEqual({ X: 5, Y: 0 });
    expect(decodeOne(Point, raw(pointDefinition, message(int(64))))).toEqual({ X: 0, Y: 0 });
    expect(skipOne(raw(pointDefinition, message(int(64))))).toBe(skipped);
  });

  test("two fields of one name: the last wins", () => {
    const twice = message(
      definition.struct(64, "S", [
        ["X", INT],
        ["X", INT],
      ]),
    );
    expect(decodeOne(gob.struct("S", { X: gob.int }), raw(twice, message(int(64), 1, int(1), 1, int(2), 0)))).toEqual({
      X: 2,
    });
  });

  test("names that mean something in JavaScript", () => {
    const fields = message(
      definition.struct(64, "S", [
        ["__proto__", STRING],
        ["constructor", STRING],
        ["toString", STRING],
      ]),
    );
    const value = inspect(raw(fields, message(int(64), 1, text("a"), 1, text("b"), 1, text("c"), 0)))[0] as object;
    expect(Object.getPrototypeOf(value)).toBeNull();
    expect(Object.keys(value)).toEqual(["__proto__", "constructor", "toString"]);
    expect(Object.values(value)).toEqual(["a", "b", "c"]);

    const map = raw(
      message(definition.map(64, STRING, STRING)),
      message(int(64), 0, 2, text("__proto__"), text("x"), text("constructor"), text("y")),
    );
    for (const object of [decodeOne(gob.record(gob.string), map), inspect(map)[0]]) {
      expect(Object.getPrototypeOf(object)).toBeNull();
      expect(Object.entries(object as object)).toEqual([
        ["__proto__", "x"],
        ["constructor", "y"],
      ]);
    }
    const into: Record<string, string> = {};
    const decoder = new Decoder();
    decoder.push(map);
    decoder.decode(gob.record(gob.string), into);
    expect(Object.getPrototypeOf(into)).toBe(Object.prototype);
    expect(Object.keys(into)).toEqual(["__proto__", "constructor"]);
    expect(({} as { x?: unknown }).x).toBeUndefined();
  });
});

describe("containers", () => {
  const ints = message(definition.slice(64, INT));
  const map = message(definition.map(64, STRING, INT));
  const Ints = gob.slice(gob.int);
  const Table = gob.record(gob.int);

  test.each([4, 2 ** 27, 2n ** 40n, 2n ** 63n])("a slice of %d elements that are not there", (count) => {
    everyWay(Ints, raw(ints, message(int(64), 0, uint(count), 2, 4, 6)), gob.GobError);
    const skippedField = raw(
      ints,
      message(
        definition.struct(65, "S", [
          ["Nums", 64],
          ["X", INT],
        ]),
      ),
      message(int(65), 1, uint(count), 2, 4, 6),
    );
    everyWay(gob.struct("S", { X: gob.int }), skippedField, gob.GobError);
  });

  test.each([3, 2 ** 32, 2n ** 40n, 2n ** 63n])("a map of %d entries that are not there", (count) => {
    everyWay(Table, raw(map, message(int(64), 0, uint(count))), gob.GobError);
    everyWay(Table, raw(map, message(int(64), 0, uint(count), text("a"), int(1))), gob.GobError);
    everyWay(Table, raw(map, message(int(64), 0, uint(count), text("a"))), gob.GobError);
  });

  test("a million structs of which not even the end was sent", () => {
    const empty = raw(pointDefinition, message(definition.slice(65, 64)), message(int(65), 0, uint(2n ** 20n)));
    everyWay(gob.slice(Point), empty, gob.GobFormatError);
  });

  test.each([2, 4, 2n ** 40n])("an array of 3 with %d elements", (count) => {
    const stream = raw(message(definition.array(64, INT, 3)), message(int(64), 0, uint(count), 2, 4, 6, 8));
    everyWay(gob.array(gob.int, 3), stream, gob.GobFormatError);
  });

  test.each([5, 2n ** 40n, 2n ** 63n])("a string of %d bytes that are not there", (length) => {
    everyWay(gob.string, message(int(STRING), 0, uint(length), "616263"), gob.GobFormatError);
    everyWay(gob.bytes, message(int(5), 0, uint(length), "616263"), gob.GobFormatError);
    const opaque = raw(message(definition.marshaler(64, "Time")), message(int(64), 0, uint(length), "616263"));
    everyWay(gob.time, opaque, gob.GobFormatError);
  });

  test("two entries of one key: the last wins", () => {
    const stream = raw(map, message(int(64), 0, 2, text("a"), int(1), text("a"), int(2)));
    expect(decodeOne(Table, stream)).toEqual({ a: 2 });
    expect(decodeOne(gob.map(gob.string, gob.int), stream)).toEqual(new Map([["a", 2]]));
  });

  test("a depth beyond the call stack is a limit too, and 2,000 levels are not", () => {
    const Tree: gob.AnyType = gob.lazy(() => gob.slice(Tree));
    const deep = (levels: number) =>
      raw(message(definition.slice(64, 64)), message(int(64), 0, Buffer.alloc(levels - 1, 1), 0));
    expect(decodeOne(Tree, deep(2_000), { maxDepth: 1e6 })).toHaveLength(1);
    expect(() => decodeOne(Tree, deep(100_000), { maxDepth: 1e6 })).toThrow("call stack");
  });

  test("bytes that would become far more memory", () => {
    const Wide = gob.struct("Wide", Object.fromEntries(Array.from({ length: 50 }, (_, i) => [`F${i}`, gob.float64])));
    const wide = message(definition.struct(64, "Wide", [["F0", 4]]));
    const stream = raw(
      wide,
      message(definition.slice(65, 64)),
      message(int(65), 0, uint(1_000_000), Buffer.alloc(1_000_000)),
    );
    expect(() => decodeOne(gob.slice(Wide), stream)).toThrow(gob.GobLimitError);
    expect(skipOne(stream)).toBe(skipped);
    const nils = raw(message(definition.slice(64, INTERFACE)), message(int(64), 0, uint(1000), Buffer.alloc(1000)));
    expect(() => decodeOne(gob.unknown, nils, { maxMemoryBytes: 10_000 })).toThrow(gob.GobLimitError);
    expect(decodeOne(gob.unknown, nils, { maxMemoryBytes: 100_000 })).toHaveLength(1000);
  });
});

describe("interfaces", () => {
  const named = (...pieces: Piece[]) => message(int(INTERFACE), 0, ...pieces);

  test.each([
    ["longer than the message", [uint(10), "6162"], gob.GobFormatError],
    ["of 2^40 bytes", [uint(2n ** 40n), "6162"], gob.GobFormatError],
    ["of 2^63 bytes", [uint(2n ** 63n), "6162"], gob.GobFormatError],
    ["of 1025 bytes", [text("n".repeat(1025)), int(INT), 2, 0, int(1)], gob.GobLimitError],
  ] as [string, Piece, typeof gob.GobFormatError][])("a name %s", (_, bytes, error) => {
    everyWay(gob.interface(), named(bytes), error);
  });

  test("a name that is not registered", () => {
    const stream = named(text("main.T"), int(INT), 2, 0, int(5));
    expect(decodeOne(gob.interface(), stream)).toBe(5);
    expect(() => decodeOne(gob.interface(), stream, { unregistered: "reject" })).toThrow(gob.GobUnregisteredError);
    expect(skipOne(stream)).toBe(skipped);
  });

  test("a name that is registered for another type", () => {
    const stream = named(text("int"), int(STRING), 3, 0, text("a"));
    expect(() => decodeOne(gob.interface(), stream)).toThrow(gob.GobTypeMismatchError);
    expect(skipOne(stream)).toBe(skipped);
  });

  test("nothing after the name: the rest is to come in another message", () => {
    const stream = named(text("int"));
    for (const run of [() => decodeOne(gob.interface(), stream), () => inspect(stream), () => skipOne(stream)]) {
      expect(run).toThrow(gob.GobTruncatedError);
    }
    const whole = raw(stream, message(int(INT), 2, 0, int(5)));
    expect(decodeOne(gob.interface(), whole)).toBe(5);
    expect(skipOne(whole)).toBe(skipped);
  });

  test.each([0, 50, 2n ** 62n])("a length of %d that is not the value's", (length) => {
    const struct = message(
      definition.struct(64, "S", [
        ["Any", INTERFACE],
        ["X", INT],
      ]),
    );
    const stream = raw(struct, message(int(64), 1, text("int"), int(INT), uint(length), 0, int(5), 1, int(6), 0));
    expect(decodeOne(gob.struct("S", { Any: gob.interface(), X: gob.int }), stream)).toEqual({ Any: 5, X: 6 });
    expect(decodeOne(gob.struct("S", { X: gob.int }), stream)).toEqual({ X: 6 });
    expect(skipOne(stream)).toBe(skipped);
  });

  test("a nil that is skipped takes nothing with it", () => {
    const struct = message(
      definition.struct(64, "S", [
        ["Any", INTERFACE],
        ["X", INT],
      ]),
    );
    const stream = raw(
      struct,
      message(int(64), 1, 0, 1, int(6), 0),
      message(int(INTERFACE), 0, 0),
      message(int(64), 2, int(7), 0),
    );
    const decoder = new Decoder();
    decoder.push(stream);
    expect(decoder.decode(gob.struct("S", { X: gob.int }))).toEqual({ X: 6 });
    expect(decoder.skip()).toBe(true);
    expect(decoder.decode(gob.struct("S", { X: gob.int }))).toEqual({ X: 7 });
  });

  test("a value over very many messages costs its length, however it comes", () => {
    const count = 3000;
    // []any{T0{}, T1{}, …}: each element defines its type, which ends the message.
    const slice = message(definition.slice(1000, INTERFACE));
    const pieces: Piece[] = [];
    let head: Piece[] = [int(1000), 0, uint(count)];
    for (let index = 0; index < count; index++) {
      pieces.push(message(...head, text(`T${index}`), definition.struct(2000 + index, `T${index}`, [["N", INT]])));
      head = [int(2000 + index), uint(3), 1, int(index), 0];
    }
    pieces.push(message(...head));
    const stream = raw(slice, ...pieces);
    for (const size of [1, 1000]) {
      const decoder = new Decoder();
      const arrived: number[] = [];
      let value: unknown = needMore;
      for (let at = 0; at < stream.length; at += size) {
        decoder.push(stream.subarray(at, at + size));
        value = decoder.decode(gob.unknown);
        if (value !== needMore) arrived.push(at);
      }
      expect(arrived).toHaveLength(1);
      expect((value as { N: number }[]).map(({ N }) => N)).toEqual(Array.from({ length: count }, (_, N) => N));
    }
    expect(() => decodeOne(gob.unknown, stream, { maxMessageBytes: 20_000 })).toThrow(gob.GobLimitError);
    expect(skipOne(stream)).toBe(skipped);
  });
});

describe("after a failure", () => {
  test("the next value is decoded, wherever the value ended", () => {
    const decoder = new Decoder();
    const failing: [gob.AnyType, Buffer][] = [
      [gob.string, message(int(INT), 0, int(1))],
      [gob.int8, message(int(INT), 0, int(1000))],
      [gob.int, message(int(INT), 0)],
      [gob.int, message(int(9), 0)],
      [gob.int, message()],
      [gob.int, message(int(-5))],
      // The value continues in a second message, which must not be taken for the next value.
      [
        gob.int,
        raw(message(int(INTERFACE), 0, text("main.T"), definition.struct(70, "T", [])), message(int(70), 1, 0)),
      ],
    ];
    for (const [type, stream] of failing) {
      decoder.push(stream);
      expect(() => decoder.decode(type)).toThrow(gob.GobError);
      decoder.push(message(int(INT), 0, int(42)));
      expect(decoder.decode(gob.int)).toBe(42);
      expect(decoder.decode(gob.int)).toBe(needMore);
      decoder.end();
    }
  });

  test("even if the rest of the value comes later", () => {
    const first = message(int(INTERFACE), 0, text("main.T"), definition.struct(70, "T", []));
    const decoder = new Decoder();
    decoder.push(first);
    expect(() => decoder.decode(gob.int)).toThrow(gob.GobTypeMismatchError);
    expect(decoder.decode(gob.int)).toBe(needMore);
    expect(() => decoder.end()).toThrow(gob.GobTruncatedError);
    decoder.push(raw(message(int(70), 1, 0), message(int(INT), 0, int(42))));
    expect(decoder.decode(gob.int)).toBe(42);
    decoder.end();
  });
});
