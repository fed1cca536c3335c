import * as gob from "../gob.js";

// The types of interop/programs/gob-driver/types.go.

export const Point = gob.struct("Point", { X: gob.int, Y: gob.int });

const Inner = gob.struct("Inner", { A: gob.int, B: gob.int });

export const Outer = gob.struct("Outer", {
  Name: gob.string,
  In: Inner,
  Ptr: gob.ptr(Inner),
  Nums: gob.slice(gob.int),
  Pair: gob.array(gob.int, 2),
  Table: gob.record(gob.int),
  Data: gob.bytes,
  Flag: gob.bool,
  Ratio: gob.float64,
  Points: gob.slice(Point),
});

export const Scalars = gob.struct("Scalars", {
  P: gob.ptr(gob.int),
  B: gob.ptr(gob.bool),
  S: gob.ptr(gob.string),
  F: gob.ptr(gob.float64),
});

export const PtrPtr = gob.struct("PtrPtr", { P: gob.ptr(gob.ptr(gob.int)) });

export const Embedder = gob.struct("Embedder", {
  Base: gob.struct("Base", { ID: gob.int }),
  Extra: gob.ptr(gob.struct("Extra", { Tag: gob.string })),
  Own: gob.string,
});

export const Hidden = gob.struct("Hidden", { Shown: gob.int, Also: gob.string });

export const Widths = gob.struct("Widths", {
  I: gob.int,
  I8: gob.int8,
  I16: gob.int16,
  I32: gob.int32,
  I64: gob.int64,
  U: gob.uint,
  U8: gob.uint8,
  U16: gob.uint16,
  U32: gob.uint32,
  U64: gob.uint64,
  UP: gob.uintptr,
  F32: gob.float32,
  F64: gob.float64,
  C64: gob.complex64,
  C: gob.complex128,
  B: gob.bool,
  S: gob.string,
});

export const Rec = gob.struct("Rec", {
  N: gob.int,
  get Next() {
    return gob.ptr(Rec);
  },
});

export const Tree = gob.struct("Tree", {
  Label: gob.string,
  get Kids() {
    return gob.slice(Tree);
  },
  get Index() {
    return gob.record(gob.ptr(Tree));
  },
});

export type RecSlice = RecSlice[];
export const RecSlice: gob.Type<RecSlice> = gob.slice(gob.lazy((): gob.Type<RecSlice> => RecSlice));

export interface RecMap {
  [key: string]: RecMap;
}
export const RecMap: gob.Type<RecMap> = gob.record(gob.lazy((): gob.Type<RecMap> => RecMap));

export const Ping = gob.struct("Ping", {
  N: gob.int,
  get Pong() {
    return gob.ptr(Pong);
  },
});
const Pong = gob.struct("Pong", {
  S: gob.string,
  get Pings() {
    return gob.slice(Ping);
  },
});

export const A = gob.struct("A", { N: gob.int });

export const Leaf = gob.struct("Leaf", { N: gob.int });
export const Nest = gob.struct("Nest", { V: gob.interface() });
export const Iface = gob.struct("Iface", { Name: gob.string, V: gob.interface(), Tail: gob.int });

const Registered = gob.struct("Registered", { Text: gob.string });

const BasicError = gob.struct("BasicError", { Message: gob.string });
export const Reply = gob.struct("Reply", { Err: gob.interface() });
export const ConcreteReply = gob.struct("ConcreteReply", { Value: gob.string, Err: gob.ptr(BasicError) });

export const Times = gob.struct("Times", {
  Zero: gob.goTime,
  Set: gob.goTime,
  Ptr: gob.ptr(gob.goTime),
  N: gob.int,
});

function self(format: "gob" | "binary", name: string, prefix: string, byPointer: boolean) {
  return gob.marshaler<string>(format, {
    name,
    encode: (text) => Buffer.from(prefix + text),
    decode: (bytes) => {
      const text = Buffer.from(bytes).toString();
      if (!text.startsWith(prefix)) throw new Error(`missing prefix ${prefix}`);
      return text.slice(prefix.length);
    },
    zero: () => "",
    ...(byPointer ? {} : { isZero: (text) => text === "" }),
  });
}

export const Selves = gob.struct("Selves", {
  G: self("gob", "GobSelf", "g:", false),
  P: self("gob", "PtrGobSelf", "p:", true),
  B: self("binary", "BinarySelf", "b:", false),
  T: gob.struct("TextSelf", { Text: gob.string }),
});

export const Bigs = gob.struct("Bigs", {
  Value: gob.bigInt,
  Ptr: gob.ptr(gob.bigInt),
  Nil: gob.ptr(gob.bigInt),
});

const url = gob.marshaler<string>("binary", {
  name: "URL",
  encode: (text) => Buffer.from(text),
  decode: (bytes) => Buffer.from(bytes).toString(),
  zero: () => "",
});
export const Network = gob.struct("Network", { IP: gob.bytes, URL: gob.ptr(url) });

export const registry = gob
  .registry()
  .add("main.Point", Point)
  .add("main.Leaf", Leaf)
  .add("main.Nest", Nest)
  .add("main.Color", gob.int)
  .add("[]main.Point", gob.slice(Point))
  .add("anything at all", Registered)
  .add("*main.BasicError", gob.ptr(BasicError));
