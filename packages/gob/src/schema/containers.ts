import { GobSchemaError } from "../errors.js";
import { memo } from "./memo.js";
import { bytes, string, uint8 } from "./scalars.js";
import { type AnyType, defineType, type Infer, type Input, isType, type Type } from "./schema.js";

/** The type of {@link slice}. Go: []T. */
export interface SliceType<T> extends Type<Infer<T>[], readonly Input<T>[]> {
  readonly elem: T;
}
/** The type of {@link array}. Go: [length]T. */
export interface ArrayType<T> extends Type<Infer<T>[], readonly Input<T>[]> {
  readonly elem: T;
  readonly length: number;
}
/** The type of {@link map}. Go: map[K]V. */
export interface MapType<K, V> extends Type<Map<Infer<K>, Infer<V>>, ReadonlyMap<Input<K>, Input<V>>> {
  readonly key: K;
  readonly elem: V;
}
/** The type of {@link record}. Go: map[string]V. */
export interface RecordType<V> extends Type<Record<string, Infer<V>>, Readonly<Record<string, Input<V>>>> {
  readonly elem: V;
}
/** The type of {@link ptr}. Go: *T. */
export interface PtrType<T> extends Type<Infer<T> | null, Input<T> | null | undefined> {
  readonly elem: T;
}

// In Go every `[]int` is the same type. Equal containers are one object here, so that a stream defines them once.
const known = new WeakMap<AnyType, Map<string, AnyType>>();

function intern<T extends AnyType>(elem: AnyType, name: string, make: () => T): T {
  return memo(
    memo(known, elem, () => new Map()),
    name,
    make,
  );
}

function check(what: string, type: unknown): AnyType {
  // The signatures take any type, because a recursive struct could not be inferred through AnyType.
  if (!isType(type)) throw new GobSchemaError(`${what} must be a schema such as gob.int, got ${String(type)}`);
  return type;
}

/** Go `[]T`, as an array. A nil slice and an empty one are the same on the wire. A slice of bytes is {@link bytes}. */
export function slice(elem: typeof uint8): typeof bytes;
export function slice<T>(elem: T): SliceType<T>;
export function slice(elem: unknown): AnyType {
  const type = check("the element of gob.slice", elem);
  if (type === uint8) return bytes;
  return intern(type, "slice", () => defineType({ kind: "slice", elem: type }));
}

/** Go `[length]T`, as an array of exactly that length. */
export function array<T>(elem: T, length: number): ArrayType<T> {
  const type = check("the element of gob.array", elem);
  if (!Number.isInteger(length) || length < 0 || length > 0x7fffffff) {
    throw new GobSchemaError(`the length of gob.array must be a whole number from 0 to 2147483647, got ${length}`);
  }
  return intern(type, `array ${length}`, () => defineType({ kind: "array", elem: type, length }));
}

/** Go `map[K]V`, as a Map. A nil map decodes as an empty Map; encode `undefined` to send nil. */
export function map<K, V>(key: K, elem: V): MapType<K, V> {
  const keyType = check("the key of gob.map", key);
  const elemType = check("the element of gob.map", elem);
  return intern(elemType, `map ${identity(keyType)}`, () =>
    defineType({ kind: "map", key: keyType, elem: elemType, record: false }),
  );
}

/** Go `map[string]V`, as an object. Decoded objects have no prototype, so that no key is special. */
export function record<V>(elem: V): RecordType<V> {
  const type = check("the element of gob.record", elem);
  return intern(type, "record", () => defineType({ kind: "map", key: string, elem: type, record: true }));
}

/** Go `*T`. gob does not send a pointer to a zero number, string or bool, which therefore arrives as null. */
export function ptr<T>(elem: T): PtrType<T> {
  const type = check("the target of gob.ptr", elem);
  return intern(type, "ptr", () => defineType({ kind: "ptr", elem: type }));
}

/**
 * Refers to a type that is defined later. A getter in a struct does the same, and its type is inferred.
 *
 * @example
 * ```ts
 * import { gob } from "@go-plugin/gob";
 *
 * // type Tree []Tree
 * type Tree = Tree[];
 * const Tree: gob.Type<Tree> = gob.lazy(() => gob.slice(Tree));
 * ```
 */
export function lazy<T>(target: () => T): T {
  if (typeof target !== "function") throw new GobSchemaError("gob.lazy takes a function that returns a schema");
  return defineType<AnyType>({ kind: "lazy", target: target as () => AnyType }) as T;
}

const identities = new WeakMap<object, number>();
let nextIdentity = 0;

function identity(value: object): number {
  return memo(identities, value, () => nextIdentity++);
}
