import { afterEach, describe, expect, expectTypeOf, test, vi } from "vitest";
import * as gob from "../gob.js";
import { gob as namespace } from "../index.js";

afterEach(() => vi.unstubAllGlobals());

describe("inferred types", () => {
  const Inner = gob.struct("Inner", { A: gob.int, B: gob.int64 });
  const All = gob.struct("All", {
    Flag: gob.bool,
    Small: gob.int8,
    Big: gob.uint64,
    Id: gob.number(gob.int64),
    Any: gob.bigint(gob.int),
    Ratio: gob.float32,
    Z: gob.complex128,
    Data: gob.bytes,
    Also: gob.slice(gob.uint8),
    Name: gob.string,
    Raw: gob.rawString,
    List: gob.slice(Inner),
    Pair: gob.array(gob.int, 2),
    Table: gob.map(gob.int, Inner),
    Record: gob.record(gob.string),
    Ptr: gob.ptr(Inner),
    At: gob.time,
    Exact: gob.goTime,
    Value: gob.interface(),
    renamed: gob.field("Renamed", gob.string),
  });

  test("of what is decoded", () => {
    expectTypeOf<gob.Infer<typeof All>>().toEqualTypeOf<{
      Flag: boolean;
      Small: number;
      Big: bigint;
      Id: number;
      Any: bigint;
      Ratio: number;
      Z: gob.Complex;
      Data: Uint8Array;
      Also: Uint8Array;
      Name: string;
      Raw: Uint8Array;
      List: { A: number; B: bigint }[];
      Pair: number[];
      Table: Map<number, { A: number; B: bigint }>;
      Record: Record<string, string>;
      Ptr: { A: number; B: bigint } | null;
      At: Date;
      Exact: gob.GoTime;
      Value: unknown;
      renamed: string;
    }>();
  });

  test("of what is encoded", () => {
    const encode = (value: gob.Input<typeof All>) => gob.encode(All, value);
    expect(encode({})).toBeInstanceOf(Uint8Array);
    encode({ Big: 1, Any: 2n, Raw: "text", List: [{ A: 1 }], Table: new Map([[1n, {}]]), Ptr: null, Value: 1 });
    // @ts-expect-error a field that there is not
    encode({ Nope: 1 });
    // @ts-expect-error a field of another type
    expect(() => encode({ Name: 1 })).toThrow(gob.GobEncodeError);
    // @ts-expect-error a field of another type, further in
    expect(() => encode({ List: [{ A: "1" }] })).toThrow(gob.GobEncodeError);
  });

  test("of recursive structs, with getters or with an annotation", () => {
    const Tree = gob.struct("Tree", {
      Label: gob.string,
      get Kids() {
        return gob.slice(Tree);
      },
      get Parent() {
        return gob.ptr(Tree);
      },
    });
    const decoded = gob.decode(Tree, gob.encode(Tree, { Label: "a", Kids: [{ Label: "b" }] }));
    expectTypeOf(decoded.Kids).items.toHaveProperty("Parent").extract<object>().toHaveProperty("Label").toBeString();
    expect(decoded).toEqual({ Label: "a", Kids: [{ Label: "b", Kids: [], Parent: null }], Parent: null });

    interface Node {
      Value: number;
      Next: Node | null;
    }
    const Node: gob.Type<Node> = gob.struct("Node", { Value: gob.int, Next: gob.ptr(gob.lazy(() => Node)) });
    expect(gob.decode(Node, gob.encode(Node, { Value: 1, Next: { Value: 2, Next: null } })).Next?.Value).toBe(2);
  });
});

describe("schemas", () => {
  test("one Go type is one schema", () => {
    expect(gob.slice(gob.int)).toBe(gob.slice(gob.int));
    expect(gob.map(gob.string, gob.int)).toBe(gob.map(gob.string, gob.int));
    expect(gob.map(gob.string, gob.int)).not.toBe(gob.map(gob.int, gob.int));
    expect(gob.array(gob.int, 2)).not.toBe(gob.array(gob.int, 3));
    expect(gob.slice(gob.uint8)).toBe(gob.bytes);
  });

  test("are there by name and as `gob`", () => {
    expect(namespace.struct).toBe(gob.struct);
    expect(namespace.interface).toBe(gob.interface);
  });

  test.each([
    ["a field that Go does not export", () => gob.struct("S", { name: gob.int })],
    ["a field without letters", () => gob.struct("S", { _: gob.int })],
    ["a field renamed to one that Go does not export", () => gob.field("name", gob.int)],
    ["two properties of one field", () => gob.struct("S", { N: gob.int, n: gob.field("N", gob.int) })],
    ["a property named __proto__", () => gob.struct("S", { ["__proto__"]: gob.field("Proto", gob.int) })],
    ["no schema", () => gob.slice("int")],
    ["no schema in a struct", () => gob.encode(gob.struct("S", { A: "int" }), {})],
    [
      "no schema behind a getter",
      () => gob.encode(gob.struct("S", { A: gob.lazy(() => undefined) }), { A: 1 } as never),
    ],
    ["lazy without a function", () => gob.lazy(gob.int as never)],
    ["an array of no length", () => gob.array(gob.int, -1)],
    ["a number type that is none", () => gob.bigint(gob.string as never)],
    ["a struct that contains itself", () => gob.decode(Endless, gob.encode(gob.struct("Endless", {}), {}))],
    ["a marshaler of another kind", () => gob.marshaler("json" as never, {} as never)],
    ["a registered name of no length", () => gob.registry().add("", gob.int)],
  ])("refuse %s", (_, make) => {
    expect(make).toThrow(gob.GobSchemaError);
  });

  const Endless: gob.AnyType = gob.struct("Endless", {
    get Self() {
      return Endless;
    },
  });

  test("accept any exported name", () => {
    const Names = gob.struct("Names", { Ärger: gob.int, X_1: gob.int, "Id-e": gob.int, "Quote\"'`\n\\": gob.int });
    const values = { Ärger: 1, X_1: 2, "Id-e": 3, "Quote\"'`\n\\": 4 };
    expect(gob.decode(Names, gob.encode(Names, values))).toEqual(values);
  });

  test("work where code from strings is forbidden", () => {
    vi.stubGlobal(
      "Function",
      class {
        constructor() {
          throw new EvalError("Code generation from strings disallowed for this context");
        }
      },
    );
    const Inner = gob.struct("Inner", { A: gob.int, List: gob.slice(gob.int) });
    const Outer = gob.struct("Outer", { In: Inner, Table: gob.record(Inner), Name: gob.string });
    const value = { In: { A: 1, List: [1] }, Table: { a: { A: 2, List: [] } }, Name: "n" };
    expect(gob.decode(Outer, gob.encode(Outer, value))).toEqual(value);
    expect(gob.decode(Outer, gob.encode(Outer, {}))).toEqual({ In: { A: 0, List: [] }, Table: {}, Name: "" });
  });
});
