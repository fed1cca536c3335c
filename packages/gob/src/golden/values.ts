import * as gob from "../gob.js";
import * as types from "./types.js";

/** A golden vector of interop/programs/gob-driver/vectors.go in TypeScript. */
export interface GoldenValue {
  readonly type: gob.AnyType;
  /** The values that one encoder encodes in turn. */
  readonly values: readonly unknown[];
  /** The values that the bytes decode to. @default values */
  readonly decoded?: readonly unknown[];
  /** The reason why the bytes differ from Go's. */
  readonly otherBytes?: string;
}

function one<T extends gob.AnyType>(type: T, value: gob.Input<T>, more: Partial<GoldenValue> = {}): GoldenValue {
  return { type, values: [value], ...more };
}

function marked(name: string, value: object): object {
  return { ...value, [gob.typeName]: name };
}

const unqualified = { otherBytes: "names of types inside carry no package" };
const hoisted = { otherBytes: "definitions go before the message" };
const none = new Uint8Array(0);
const inner = { A: 0, B: 0 };
const zeroTime = { seconds: -62135596800n, nanoseconds: 0, offset: "UTC" } as const;
const moment = { seconds: 1709210096n, nanoseconds: 789012345, offset: "UTC" } as const;
const zeroOuter = {
  Name: "",
  In: inner,
  Ptr: null,
  Nums: [],
  Pair: [0, 0],
  Table: {},
  Data: none,
  Flag: false,
  Ratio: 0,
  Points: [],
};
const tree = { Label: "", Kids: [], Index: {} };

const basics = [
  true,
  "s",
  1,
  2,
  3,
  4,
  5n,
  6,
  7,
  8,
  9,
  10n,
  11n,
  1.5,
  2.5,
  { real: 3, imag: 0 },
  { real: 0, imag: 4 },
  null,
  Uint8Array.of(1),
  ["a"],
  [1],
  [true],
];
const basicNames = [
  "bool",
  "string",
  "int",
  "int8",
  "int16",
  "int32",
  "int64",
  "uint",
  "uint8",
  "uint16",
  "uint32",
  "uint64",
  "uintptr",
  "float32",
  "float64",
  "complex64",
  "complex128",
  "",
  "[]uint8",
  "[]string",
  "[]int",
  "[]bool",
];

export const goldenValues: Readonly<Record<string, GoldenValue>> = {
  true: one(gob.bool, true),
  false: one(gob.bool, false),
  "0": one(gob.int, 0),
  "63": one(gob.int, 63),
  "64": one(gob.int, 64),
  "-64": one(gob.int, -64),
  "-65": one(gob.int, -65),
  "-129": one(gob.int, -129),
  MinInt64: one(gob.int64, -(2n ** 63n)),
  MaxInt64: one(gob.int64, 2n ** 63n - 1n),
  "1<<53+1": one(gob.int64, 2n ** 53n + 1n),
  "int8 -128": one(gob.int8, -128),
  "uint 127": one(gob.uint, 127),
  "uint 128": one(gob.uint, 128),
  MaxUint64: one(gob.uint64, 2n ** 64n - 1n),
  "17.0": one(gob.float64, 17),
  "-0.0": one(gob.float64, -0),
  "1.5": one(gob.float64, 1.5),
  NaN: one(gob.float64, Number.NaN, { otherBytes: "Go's NaN has its lowest bit set" }),
  "+Inf": one(gob.float64, Number.POSITIVE_INFINITY),
  "-Inf": one(gob.float64, Number.NEGATIVE_INFINITY),
  "5e-324": one(gob.float64, 5e-324),
  "float32 0.1": one(gob.float32, 0.1, { decoded: [Math.fround(0.1)] }),
  "1+2i": one(gob.complex128, { real: 1, imag: 2 }),
  "empty string": one(gob.string, ""),
  "Hello!": one(gob.string, "Hello!"),
  "multibyte string": one(gob.string, "grüße, 世界 🌍"),
  "invalid UTF-8": one(gob.rawString, Uint8Array.of(0xff, 0xfe)),
  "nil bytes": one(gob.bytes, none),
  bytes: one(gob.bytes, Uint8Array.of(1, 2, 3)),
  Duration: one(gob.int64, 1_000_000_000n),

  "Point twice": {
    type: types.Point,
    values: [
      { X: 22, Y: 33 },
      { X: 22, Y: 33 },
    ],
  },
  "Point{0,1}": one(types.Point, { Y: 1 }, { decoded: [{ X: 0, Y: 1 }] }),
  "struct{}": one(gob.emptyStruct, {}),
  "zero Outer": one(types.Outer, { In: {}, Pair: [0, 0] }, { decoded: [zeroOuter], otherBytes: "nil is not kept" }),
  "full Outer": one(
    types.Outer,
    {
      Name: "n",
      In: { A: 1, B: 2 },
      Ptr: { A: 3, B: 4 },
      Nums: [5, 6],
      Pair: [7, 8],
      Table: { k: 9 },
      Data: Uint8Array.of(10),
      Flag: true,
      Ratio: 0.25,
      Points: [
        { X: 11, Y: 12 },
        { X: 0, Y: 0 },
      ],
    },
    unqualified,
  ),
  "empty containers": one(types.Outer, zeroOuter, unqualified),
  "pointers to zeros": one(
    types.Scalars,
    { P: 0, B: false, S: "", F: 0 },
    { decoded: [{ P: null, B: null, S: null, F: null }] },
  ),
  pointers: one(types.Scalars, { P: 1, B: true, S: "s", F: 2 }),
  "**int": one(types.PtrPtr, { P: 7 }),
  "*nil int": one(types.PtrPtr, { P: null }),
  embedded: one(types.Embedder, { Base: { ID: 1 }, Extra: { Tag: "t" }, Own: "o" }),
  "embedded nil": one(types.Embedder, { Base: { ID: 1 }, Extra: null, Own: "o" }),
  "hidden fields": one(types.Hidden, { Shown: 1, Also: "a" }),
  widths: one(types.Widths, {
    I: -1,
    I8: -2,
    I16: -3,
    I32: -4,
    I64: -5n,
    U: 1,
    U8: 2,
    U16: 3,
    U32: 4,
    U64: 5n,
    UP: 6n,
    F32: 7.5,
    F64: 8.5,
    C64: { real: 9, imag: 10 },
    C: { real: 11, imag: 12 },
    B: true,
    S: "s",
  }),
  Rec: {
    type: types.Rec,
    values: [
      { N: 1, Next: { N: 2, Next: { N: 3, Next: null } } },
      { N: 1, Next: { N: 3, Next: null } },
    ],
  },
  Tree: one(
    types.Tree,
    {
      Label: "root",
      Kids: [{ Label: "kid" }, {}],
      Index: { x: { Label: "indexed" } },
    },
    {
      ...unqualified,
      decoded: [
        { Label: "root", Kids: [{ ...tree, Label: "kid" }, tree], Index: { x: { ...tree, Label: "indexed" } } },
      ],
    },
  ),
  Ping: one(
    types.Ping,
    {
      N: 1,
      Pong: {
        S: "p",
        Pings: [
          { N: 2, Pong: null },
          { N: 3, Pong: { S: "q", Pings: [] } },
        ],
      },
    },
    unqualified,
  ),
  "**A nil": one(types.A, {}, { decoded: [{ N: 0 }], otherBytes: "a struct is ended" }),

  "[]int": one(gob.slice(gob.int), [0, -1, 300]),
  "nil slice": one(gob.slice(gob.int), []),
  "[3]int": one(gob.array(gob.int, 3), [1, 0, -1]),
  "[0]int": one(gob.array(gob.int, 0), []),
  "[2]byte": one(gob.array(gob.uint8, 2), [200, 1]),
  "[][]string": one(gob.slice(gob.slice(gob.string)), [["a", ""], [], ["b"]]),
  "[]*Point": one(gob.slice(gob.ptr(types.Point)), [
    { X: 1, Y: 2 },
    { X: 0, Y: 0 },
  ]),
  "map[string]int": one(gob.map(gob.string, gob.int), new Map([["a", 1]])),
  "nil map": one(gob.record(gob.int), {}),
  "map[int]string": one(gob.map(gob.int, gob.string), new Map([[0, ""]])),
  "map[Point]bool": one(gob.map(types.Point, gob.bool), new Map([[{ X: 1, Y: 2 }, true]])),
  "map[string][]Point": one(gob.record(gob.slice(types.Point)), { p: [{ X: 1, Y: 2 }] }),
  RecSlice: one(types.RecSlice, [[], [[], []]], { otherBytes: "a slice type has no name" }),
  RecMap: one(types.RecMap, { a: { b: {} } }, { otherBytes: "a map type has no name" }),

  "nil any": one(gob.interface(), null),
  "any 5": one(gob.interface(), 5),
  "any abc": one(gob.interface(), "abc"),
  "any Point": one(gob.interface(), gob.typed(types.Point, { X: 1, Y: 2 }), {
    decoded: [marked("main.Point", { X: 1, Y: 2 })],
    ...hoisted,
  }),
  "map any": one(gob.record(gob.interface()), { key: "hello" }),
  "[]any basics": one(
    gob.slice(gob.interface()),
    basics.map((value, index) => (value === null ? null : gob.typed(basicNames[index]!, value))),
    { decoded: [basics], ...hoisted },
  ),
  "two Leafs": {
    type: types.Iface,
    values: [
      { Name: "n", V: marked("main.Leaf", { N: 7 }), Tail: 1 },
      { Name: "m", V: marked("main.Leaf", { N: 8 }), Tail: 2 },
    ],
    ...hoisted,
  },
  "Leaf then Point": one(
    gob.slice(gob.interface()),
    [marked("main.Leaf", { N: 7 }), marked("main.Point", { X: 1, Y: 2 }), marked("main.Leaf", { N: 9 })],
    hoisted,
  ),
  "Nest Leaf": one(
    types.Iface,
    { Name: "n", V: marked("main.Nest", { V: marked("main.Leaf", { N: 5 }) }), Tail: 3 },
    hoisted,
  ),
  "Nest Nest Leaf": one(
    types.Iface,
    {
      Name: "n",
      V: marked("main.Nest", { V: marked("main.Nest", { V: marked("main.Leaf", { N: 5 }) }) }),
      Tail: 3,
    },
    hoisted,
  ),
  "any []Point": one(gob.interface(), gob.typed("[]main.Point", [{ X: 1, Y: 2 }]), {
    decoded: [[{ X: 1, Y: 2 }]],
    ...hoisted,
  }),
  "nested map any": one(gob.record(gob.interface()), { a: { b: [1, "x"] } }, hoisted),
  RegisterName: one(types.Iface, { Name: "n", V: marked("anything at all", { Text: "r" }), Tail: 1 }, hoisted),
  "named int": one(
    types.Iface,
    { Name: "n", V: gob.typed("main.Color", 3), Tail: 1 },
    {
      decoded: [{ Name: "n", V: 3, Tail: 1 }],
    },
  ),
  error: {
    type: types.Reply,
    values: [{ Err: marked("*main.BasicError", { Message: "boom" }) }, { Err: null }],
    ...hoisted,
  },
  "*BasicError": {
    type: types.ConcreteReply,
    values: [
      { Value: "v", Err: { Message: "boom" } },
      { Value: "v", Err: null },
    ],
  },

  "time UTC": one(gob.goTime, moment),
  "time +5:30": one(gob.goTime, { ...moment, offset: 19800 }),
  "time +1:00:17": one(gob.goTime, { ...moment, offset: 3617 }),
  "zero time": one(gob.goTime, zeroTime),
  "time fields": {
    type: types.Times,
    values: [
      { Zero: zeroTime, Set: moment, Ptr: null, N: 1 },
      { Zero: zeroTime, Set: zeroTime, Ptr: zeroTime, N: 0 },
    ],
  },
  marshalers: one(types.Selves, { G: "1", P: "2", B: "3", T: { Text: "4" } }),
  "zero marshalers": one(types.Selves, { G: "", P: "", B: "", T: { Text: "" } }),
  "big.Int": one(types.Bigs, { Value: -258n, Ptr: 1n << 100n, Nil: null }),
  "zero big.Int": one(types.Bigs, { Value: 0n, Ptr: 0n, Nil: null }),
  "*big.Int": one(gob.bigInt, 7n, { otherBytes: "its type has one id" }),
  "net.IP and url.URL": one(
    types.Network,
    { IP: Uint8Array.of(10, 0, 0, 1), URL: "https://user@example.com/p?q=1" },
    { otherBytes: "url.URL brings a type along that is not used" },
  ),
};

/** Vectors that Go refuses to encode, and this package too. */
export const goldenErrors: Readonly<Record<string, () => unknown>> = {
  "error: nil": () => gob.encode(gob.ptr(types.A), null),
  "error: func": () => gob.encode(gob.interface(), () => {}),
  "error: unregistered": () => gob.encode(types.Iface, { V: gob.typed(types.A, { N: 1 }) }),
  "error: no exported fields": () => gob.struct("NoExported", { hidden: gob.int }),
  "error: nil slice element": () => gob.encode(gob.slice(gob.ptr(gob.int)), [null]),
  "error: nil map element": () => gob.encode(gob.record(gob.ptr(gob.int)), { a: null }),
  "error: nil pointer in interface": () =>
    gob.encode(types.Iface, { V: gob.typed("*main.BasicError", null) }, { registry: types.registry }),
};
