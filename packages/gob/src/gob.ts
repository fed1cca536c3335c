export { Decoder, type DecoderOptions, decode, type NeedMore, needMore } from "./decode/decoder.js";
export { inspect } from "./decode/inspect.js";
export type { Limits } from "./decode/limits.js";
export { Opaque } from "./decode/unknown.js";
export { Encoder, type EncoderOptions, encode } from "./encode/encoder.js";
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
  GobUtf8Error,
  isGobError,
} from "./errors.js";
export { Registry, registry } from "./registry/registry.js";
export { bigInt } from "./schema/big-int.js";
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
} from "./schema/containers.js";
export { interface, Typed, typed, typeName, unknown } from "./schema/interface.js";
export { type Codec, marshaler } from "./schema/marshaler.js";
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
  lossyString,
  number,
  rawString,
  string,
  uint,
  uint8,
  uint16,
  uint32,
  uint64,
  uintptr,
} from "./schema/scalars.js";
export type { AnyType, Infer, Input, Type } from "./schema/schema.js";
export { emptyStruct, type Fields, type FieldType, field, type StructType, struct } from "./schema/struct.js";
export { type GoTime, goTime, time } from "./schema/time.js";
