import { gob } from "@go-plugin/gob";

// The structures of interop/netrpcscenario/structures.go.

/** Go `any`, `error` and their like; `typed` so that nothing of the Go type is lost. */
const any = gob.interface({ typed: true });
const error = any;

export const BasicError = gob.struct("BasicError", { Message: gob.string });
const basicError = gob.ptr(BasicError);

/** url.URL, which marshals itself. */
const url = gob.marshaler<URL>("binary", {
  name: "URL",
  encode: ({ href }) => Buffer.from(href),
  decode: (bytes) => new URL(Buffer.from(bytes).toString()),
  zero: () => new URL("about:blank"),
});

const header = gob.record(gob.slice(gob.string));

export const HTTPRequest = gob.struct("HTTPRequest", {
  Method: gob.string,
  URL: gob.ptr(url),
  Header: header,
  Body: gob.bytes,
  ContentLength: gob.int64,
  TransferCodes: gob.slice(gob.string),
  Form: gob.record(gob.slice(gob.string)),
});

export const Point = gob.struct("Point", { X: gob.int, Y: gob.int });
const point = gob.ptr(Point);

export const Nested = gob.struct("Nested", {
  Labels: gob.record(gob.record(gob.string)),
  Weights: gob.map(gob.int, gob.record(gob.slice(gob.float64))),
  Flags: gob.map(gob.bool, gob.string),
  Points: gob.map(Point, gob.string),
  ByLetter: gob.map(gob.int32, gob.slice(gob.map(gob.uint8, gob.bool))),
  Sets: gob.record(gob.emptyStruct),
  Empty: gob.record(gob.int),
  Nil: gob.record(gob.int),
});

export const Times = gob.struct("Times", {
  Zero: gob.goTime,
  UTC: gob.goTime,
  East: gob.goTime,
  West: gob.goTime,
  Seconds: gob.goTime,
  Monotonic: gob.goTime,
  Ancient: gob.goTime,
  Pointer: gob.ptr(gob.goTime),
  Nil: gob.ptr(gob.goTime),
  List: gob.slice(gob.goTime),
  ByName: gob.record(gob.goTime),
  Lasted: gob.int64,
});

export const Errors = gob.struct("Errors", {
  Err: error,
  NilErr: error,
  Basic: basicError,
  Nil: basicError,
  List: gob.slice(error),
  ByName: gob.record(error),
});

export const Pointers = gob.struct("Pointers", {
  Int: gob.ptr(gob.int),
  Zero: gob.ptr(gob.int),
  NilInt: gob.ptr(gob.int),
  Text: gob.ptr(gob.string),
  Point: point,
  Origin: point,
  NilPoint: point,
  PointerTo: gob.ptr(gob.ptr(gob.int)),
  List: gob.slice(point),
  ByName: gob.record(point),
});

export const Numbers = gob.struct("Numbers", {
  I8: gob.int8,
  I16: gob.int16,
  I32: gob.int32,
  I64: gob.int64,
  Int: gob.int,
  U8: gob.uint8,
  U16: gob.uint16,
  U32: gob.uint32,
  U64: gob.uint64,
  Uint: gob.uint,
  F32: gob.float32,
  F64: gob.float64,
  Inf: gob.float64,
  NaN: gob.float64,
  C64: gob.complex64,
  C128: gob.complex128,
  Bool: gob.bool,
  Rune: gob.int32,
});

export const Bigs = gob.struct("Bigs", {
  Value: gob.bigInt,
  Pointer: gob.ptr(gob.bigInt),
  Negative: gob.ptr(gob.bigInt),
  Nil: gob.ptr(gob.bigInt),
  List: gob.slice(gob.ptr(gob.bigInt)),
});

const Meta = gob.struct("Meta", { ID: gob.string, Tags: gob.slice(gob.string) });
const Origin = gob.struct("Origin", { Host: gob.string });

export const Embedded = gob.struct("Embedded", { Meta, Origin: gob.ptr(Origin), Name: gob.string });

export const Arrays = gob.struct("Arrays", {
  Ints: gob.array(gob.int, 3),
  Bytes: gob.array(gob.uint8, 4),
  Grid: gob.array(gob.array(gob.string, 2), 2),
  Points: gob.array(Point, 2),
  Nothing: gob.array(gob.int, 0),
  Slices: gob.array(gob.slice(gob.int), 2),
});

export const Tree = gob.struct("Tree", {
  Name: gob.string,
  get Children() {
    return gob.slice(gob.ptr(Tree));
  },
  get ByName() {
    return gob.record(Tree);
  },
  get Next() {
    return gob.ptr(Tree);
  },
});

export const NewerRequest = gob.struct("NewerRequest", {
  Added: gob.record(Point),
  Name: gob.string,
  Count: gob.int,
  Removed: gob.string,
  Any: any,
});

export const OlderRequest = gob.struct("OlderRequest", {
  Name: gob.string,
  Count: gob.int64,
  Gone: gob.slice(gob.string),
});

const RunArgs = gob.struct("RunArgs", { Name: gob.string, Interval: gob.int64, Config: gob.record(any) });
const AnyArgs = gob.struct("AnyArgs", { Config: any, Values: gob.record(any), List: gob.slice(any), Nothing: any });

/** What the Go side registers. */
export const registry = gob
  .registry()
  .add("*plugin.BasicError", basicError)
  .add("time.Time", gob.goTime)
  .add("[]interface {}", gob.slice(any))
  .add("map[string]interface {}", gob.record(any))
  .add("RunArgs", RunArgs)
  .add("AnyArgs", gob.ptr(AnyArgs))
  .add("Values", gob.record(gob.slice(gob.string)))
  .add("net/http.Header", header)
  .add("BasicErrors", gob.slice(basicError));
