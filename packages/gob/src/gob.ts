export { bigInt } from "./big-int.js";
export {
  type ArrayType,
  array,
  lazy,
  type MapType,
  map,
  type PtrType,
  ptr,
  type RecordType,
  record,
  type SliceType,
  slice,
} from "./containers.js";
export { Opaque } from "./decode-any.js";
export { Decoder, type DecoderOptions, decode, type NeedMore, needMore } from "./decoder.js";
export { Encoder, type EncoderOptions, encode } from "./encoder.js";
export {
  GobEncodeError,
  GobError,
  GobFormatError,
  GobLimitError,
  GobRangeError,
  GobSchemaError,
  GobTruncatedError,
  GobTypeMismatchError,
  GobUnregisteredError,
} from "./errors.js";
export { inspect } from "./inspect.js";
export { interface, Typed, typed, typeName, unknown } from "./interface.js";
export type { Limits } from "./limits.js";
export { type Codec, marshaler } from "./marshaler.js";
export { Registry, registry } from "./registry.js";
export {
  type BigInteger,
  bigint,
  bool,
  bytes,
  type Complex,
  complex64,
  complex128,
  float32,
  float64,
  type Integer,
  int,
  int8,
  int16,
  int32,
  int64,
  number,
  rawString,
  string,
  uint,
  uint8,
  uint16,
  uint32,
  uint64,
  uintptr,
} from "./scalars.js";
export type { AnyType, Infer, Input, Type } from "./schema.js";
export { emptyStruct, type Fields, type FieldType, field, type StructType, struct } from "./struct.js";
export { decodeTime, encodeTime, type GoTime, goTime, time } from "./time.js";
