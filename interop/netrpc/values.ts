import { gob } from "@go-plugin/gob";
import { describe } from "./describe.js";
import type { CallerClient } from "./shared.js";

// The values of interop/netrpcscenario/values.go.

const moment: gob.GoTime = {
  seconds: BigInt(Date.UTC(2024, 1, 29, 23, 59, 58) / 1000),
  nanoseconds: 123_456_789,
  offset: "UTC",
};
const zeroTime: gob.GoTime = { seconds: -62_135_596_800n, nanoseconds: 0, offset: "UTC" };
const ancient: gob.GoTime = {
  seconds: BigInt(new Date(0).setUTCFullYear(-44, 2, 15) / 1000),
  nanoseconds: 0,
  offset: "UTC",
};

const basicError = (Message: string) => gob.typed("*plugin.BasicError", { Message });

type TreeInput = gob.Input<typeof import("./gen/scenario.js").Tree>;

function list(length: number): TreeInput | null {
  let first: TreeInput | null = null;
  for (; length > 0; length--) first = { Name: "next", Next: first };
  return first;
}

/** Values of every kind that a Go interface can hold. */
const anyValues: readonly unknown[] = [
  null,
  true,
  "text",
  -1,
  gob.typed("int8", -8),
  gob.typed("int16", 16),
  gob.typed("int32", -32),
  -(2n ** 63n),
  gob.typed("uint", 1),
  gob.typed("uint8", 255),
  gob.typed("uint16", 16),
  gob.typed("uint32", 32),
  gob.typed("uint64", 2n ** 64n - 1n),
  gob.typed("float32", 0.5),
  0.1,
  gob.typed("complex128", { real: 1, imag: -1 }),
  Uint8Array.of(1, 2),
  gob.typed("[]string", ["a", ""]),
  gob.typed("[]int", [1]),
  gob.typed("[]float64", [1.5]),
  gob.typed("time.Time", moment),
  gob.typed("net/http.Header", { A: ["b"] }),
  [null, 1, "two", [3.5], { four: Uint8Array.of(5) }],
  { nil: null, n: 1, deep: { list: [] } },
  gob.typed("Values", { a: ["b"] }),
  gob.typed("RunArgs", {
    Name: "run",
    Interval: 60_000_000_000n,
    Config: { key: "value", args: gob.typed("AnyArgs", { Config: 1 }) },
  }),
  gob.typed("AnyArgs", {
    Config: basicError("inside"),
    Values: { at: gob.typed("time.Time", moment) },
    List: [gob.typed("uint8", 1), null],
  }),
  basicError("failed"),
  gob.typed("BasicErrors", [{ Message: "one" }, { Message: "two" }]),
];

type Echoed = { readonly Saw: string; readonly Value: unknown };

/** The plugin's description of a value, and the value that came back. */
async function exchange(reply: Promise<Echoed>): Promise<unknown> {
  const { Saw, Value } = await reply;
  return { saw: JSON.parse(Saw), got: describe(Value) };
}

/** Sends every structure to the plugin and back. */
export const structures: Readonly<Record<string, (caller: CallerClient) => Promise<unknown>>> = {
  http: (caller) =>
    exchange(
      caller.echoHTTP({
        Method: "POST",
        URL: new URL("https://user:secret@example.com:8443/a/b%20c?q=1&q=2#end"),
        Header: { Accept: ["text/html", "*/*;q=0.1"], "X-Empty": [], "X-Unicode": ["grüße, 世界"] },
        Body: Uint8Array.of(0, 1, 0x7f, 0x80, 0xff),
        ContentLength: 2n ** 53n + 1n,
        TransferCodes: ["chunked", ""],
        Form: { q: ["1", "2"] },
      }),
    ),
  "http, empty": (caller) => exchange(caller.echoHTTP({})),
  nested: (caller) =>
    exchange(
      caller.echoNested({
        Labels: { a: { b: "c", "": "empty" }, none: {} },
        Weights: new Map([
          [-1, { x: [0, 1.5, -2.25] }],
          [2 ** 40, {}],
        ]),
        Flags: new Map([
          [true, "yes"],
          [false, "no"],
        ]),
        Points: new Map([
          [{ X: 1, Y: 2 }, "a"],
          [{ X: 0, Y: 0 }, "origin"],
        ]),
        ByLetter: new Map([["ä".codePointAt(0)!, [new Map([[255, true]]), new Map([[0, false]])]]]),
        Sets: { in: {}, ["__proto__"]: {} },
        Empty: {},
      }),
    ),
  times: (caller) =>
    exchange(
      caller.echoTimes({
        UTC: moment,
        East: { ...moment, offset: 5 * 3600 + 1800 },
        West: { ...moment, offset: -8 * 3600 },
        Seconds: { ...moment, offset: 3617 },
        Monotonic: moment,
        Ancient: ancient,
        Pointer: moment,
        List: [moment, zeroTime],
        ByName: { zero: zeroTime, epoch: { seconds: 0n, nanoseconds: 0, offset: "UTC" } },
        Lasted: -90_000_000_000n,
      }),
    ),
  errors: (caller) =>
    exchange(
      caller.echoErrors({
        Err: basicError("the disk is full"),
        Basic: { Message: "and the net is down" },
        List: [null, basicError(""), null],
        ByName: { nil: null, set: basicError("set") },
      }),
    ),
  "errors, none": (caller) => exchange(caller.echoErrors({})),
  pointers: (caller) =>
    exchange(
      caller.echoPointers({
        Int: -5,
        Zero: 0,
        Text: "text",
        Point: { X: 1, Y: -1 },
        Origin: {},
        PointerTo: 7,
        List: [{ X: 1, Y: 2 }, {}],
        ByName: { a: { X: 3, Y: 4 }, zero: {} },
      }),
    ),
  "numbers, lowest": (caller) =>
    exchange(
      caller.echoNumbers({
        I8: -(2 ** 7),
        I16: -(2 ** 15),
        I32: -(2 ** 31),
        I64: -(2n ** 63n),
        Int: Number.MIN_SAFE_INTEGER,
        F32: -Math.fround(3.4028234663852886e38),
        F64: -Number.MAX_VALUE,
        Inf: Number.NEGATIVE_INFINITY,
        NaN: Number.NaN,
        C64: { real: -1.5, imag: 0.25 },
        C128: { real: 0, imag: -1e300 },
        Rune: -1,
      }),
    ),
  "numbers, highest": (caller) =>
    exchange(
      caller.echoNumbers({
        I8: 2 ** 7 - 1,
        I16: 2 ** 15 - 1,
        I32: 2 ** 31 - 1,
        I64: 2n ** 63n - 1n,
        Int: Number.MAX_SAFE_INTEGER,
        U8: 2 ** 8 - 1,
        U16: 2 ** 16 - 1,
        U32: 2 ** 32 - 1,
        U64: 2n ** 64n - 1n,
        Uint: Number.MAX_SAFE_INTEGER,
        F32: 2 ** -149,
        F64: Number.MIN_VALUE,
        Inf: Number.POSITIVE_INFINITY,
        NaN: 0.1,
        C64: { real: 1, imag: 2 },
        C128: { real: 0.1, imag: 1e-300 },
        Bool: true,
        Rune: 0x10ffff,
      }),
    ),
  bigs: (caller) =>
    exchange(
      caller.echoBigs({
        Value: 123456789012345678901234567890n,
        Pointer: 0n,
        Negative: -(2n ** 128n),
        List: [1n, -255n, 65536n],
      }),
    ),
  embedded: (caller) =>
    exchange(
      caller.echoEmbedded({ Meta: { ID: "id", Tags: ["a", "b"] }, Origin: { Host: "example.com" }, Name: "name" }),
    ),
  "embedded, nil": (caller) => exchange(caller.echoEmbedded({ Name: "alone" })),
  arrays: (caller) =>
    exchange(
      caller.echoArrays({
        Ints: [1, 0, -1],
        Bytes: [200, 0, 1, 255],
        Grid: [
          ["a", ""],
          ["", "d"],
        ],
        Points: [{ X: 1, Y: 2 }, {}],
        Nothing: [],
        Slices: [[1], []],
      }),
    ),
  tree: (caller) =>
    exchange(
      caller.echoTree({
        Name: "root",
        Children: [{ Name: "a", Next: { Name: "after a" } }, { Children: [{ Name: "grandchild" }] }],
        ByName: { leaf: { Name: "leaf" }, "": {} },
        Next: list(500),
      }),
    ),
  "version skew": (caller) =>
    exchange(
      caller.echoOlder({
        Added: { new: { X: 1, Y: 2 } },
        Name: "name",
        Count: 3,
        Removed: "removed",
        Any: gob.typed("RunArgs", { Name: "skipped", Interval: 1_000_000_000n }),
      }),
    ),
  "any, of each kind": async (caller) => {
    const outcomes: unknown[] = [];
    for (const value of anyValues) outcomes.push(await exchange(caller.echoAny(value)));
    return outcomes;
  },
  "any, passed through": async (caller) => [
    describe(await caller.passAny(gob.typed("RunArgs", { Name: "run", Config: { n: 1 } }))),
    describe(await caller.passAny(null)),
  ],
};
