import { GobSchemaError } from "../errors.js";
import { defineType, type FloatNode, type IntegerNode, type Type } from "./schema.js";

/** A Go complex number. */
export interface Complex {
  readonly real: number;
  readonly imag: number;
}

/** A Go integer type whose values are numbers. */
export type Integer = Type<number, number | bigint>;
/** A Go integer type whose values are bigints. */
export type BigInteger = Type<bigint, number | bigint>;

function integer<T extends Integer | BigInteger>(name: string, bits: IntegerNode["bits"], as: IntegerNode["as"]): T {
  return defineType<T>({ kind: name.startsWith("u") ? "uint" : "int", name, bits, as });
}

function float(name: string, kind: FloatNode["kind"], single: boolean): FloatNode {
  return { kind, name, single };
}

/** Go `bool`. */
export const bool = defineType<Type<boolean>>({ kind: "bool" });

/** Go `int`, as a number. Throws beyond the safe integers; {@link bigint} takes all of them. */
export const int = integer<Integer>("int", 64, "number");
/** Go `int8`. */
export const int8 = integer<Integer>("int8", 8, "number");
/** Go `int16`. */
export const int16 = integer<Integer>("int16", 16, "number");
/** Go `int32` and `rune`. */
export const int32 = integer<Integer>("int32", 32, "number");
/** Go `int64`, as a bigint; {@link number} makes it a number. `time.Duration` is one, in nanoseconds. */
export const int64 = integer<BigInteger>("int64", 64, "bigint");

/** Go `uint`, as a number. Throws beyond the safe integers; {@link bigint} takes all of them. */
export const uint = integer<Integer>("uint", 64, "number");
/** Go `uint8` and `byte`. A slice of them is {@link bytes}. */
export const uint8 = integer<Integer>("uint8", 8, "number") as Type<number, number | bigint> & { readonly byte: true };
/** Go `uint16`. */
export const uint16 = integer<Integer>("uint16", 16, "number");
/** Go `uint32`. */
export const uint32 = integer<Integer>("uint32", 32, "number");
/** Go `uint64`, as a bigint; {@link number} makes it a number. */
export const uint64 = integer<BigInteger>("uint64", 64, "bigint");
/** Go `uintptr`, as a bigint. */
export const uintptr = integer<BigInteger>("uintptr", 64, "bigint");

/** Go `float32`. */
export const float32 = defineType<Type<number>>(float("float32", "float", true));
/** Go `float64`. */
export const float64 = defineType<Type<number>>(float("float64", "float", false));
/** Go `complex64`. */
export const complex64 = defineType<Type<Complex>>(float("complex64", "complex", true));
/** Go `complex128`. */
export const complex128 = defineType<Type<Complex>>(float("complex128", "complex", false));

/** Go `[]byte`, and every slice of a named byte type. Decoded bytes may share memory with the chunk they came in. */
export const bytes = defineType<Type<Uint8Array>>({ kind: "bytes" });
/** Go `string`. Bytes that are not UTF-8 throw; {@link rawString} keeps them, {@link lossyString} replaces them. */
export const string = defineType<Type<string>>({ kind: "string", form: "strict" });
/** Go `string`, as its bytes, which need not be UTF-8. */
export const rawString = defineType<Type<Uint8Array, Uint8Array | string>>({ kind: "string", form: "bytes" });
/** Go `string`, for display: bytes that are not UTF-8 decode to U+FFFD, so that different strings may become equal. */
export const lossyString = defineType<Type<string>>({ kind: "string", form: "lossy" });

/**
 * Makes an integer type whose values are bigints.
 *
 * @throws {GobSchemaError} The type is not an integer type.
 * @example
 * ```ts
 * import { gob } from "@go-plugin/gob";
 *
 * const File = gob.struct("File", { Hash: gob.bigint(gob.uint) });
 * ```
 */
export function bigint(type: Integer | BigInteger): BigInteger {
  return integerAs<BigInteger>(type, "bigint");
}

/**
 * Makes an integer type whose values are numbers. Values beyond the safe integers throw.
 *
 * @throws {GobSchemaError} The type is not an integer type.
 * @example
 * ```ts
 * import { gob } from "@go-plugin/gob";
 *
 * const File = gob.struct("File", { Size: gob.number(gob.int64) });
 * ```
 */
export function number(type: Integer | BigInteger): Integer {
  return integerAs<Integer>(type, "number");
}

function integerAs<T extends Integer | BigInteger>(type: Integer | BigInteger, as: IntegerNode["as"]): T {
  const node = type as unknown as IntegerNode;
  if (node.kind !== "int" && node.kind !== "uint") {
    throw new GobSchemaError(`gob.${as} takes an integer type such as gob.int, got ${node.kind}`);
  }
  return defineType<T>({ ...node, as });
}
