import { GobSchemaError } from "../errors.js";
import {
  type AnyType,
  defineType,
  type Field,
  type Infer,
  type Input,
  isType,
  type StructNode,
  type Type,
} from "./schema.js";

/** The fields of a struct in Go's order. The values are schemas; the loose type allows recursive structs to be inferred. */
// biome-ignore lint/suspicious/noExplicitAny: checking a getter here would ask for the type being inferred
export type Fields = Readonly<Record<string, any>>;

/** The type of {@link struct}: decoding gives every field, encoding takes any of them. Go: a struct type. */
export interface StructType<F>
  extends Type<{ -readonly [K in keyof F]: Infer<F[K]> }, { readonly [K in keyof F]?: Input<F[K]> | undefined }> {
  readonly name: string;
}

/** The type of {@link field}. */
export interface FieldType<T> extends Type<Infer<T>, Input<T>> {
  readonly goName: string;
  readonly type: T;
}

/**
 * Gives Go's field `name` another property name.
 *
 * @throws {GobSchemaError} The name is not that of an exported Go field, or the type is not a schema.
 * @example
 * ```ts
 * import { gob } from "@go-plugin/gob";
 *
 * const User = gob.struct("User", { id: gob.field("ID", gob.string) });
 * ```
 */
export function field<T>(name: string, type: T): FieldType<T> {
  checkName(name);
  if (!isType(type)) throw new GobSchemaError(`field ${name} must be a schema such as gob.int, got ${String(type)}`);
  return { ...type, goName: name, type } as unknown as FieldType<T>;
}

/**
 * Go `struct`. The keys are Go's exported field names, in any order. An embedded struct is a field named after its type.
 * Decoding gives zero values to fields that were not sent; encoding takes missing fields as zero.
 * A getter may refer to the struct itself.
 *
 * @throws {GobSchemaError} A key is not the name of an exported Go field.
 * @example
 * ```ts
 * import { gob } from "@go-plugin/gob";
 *
 * // type Node struct { Value string; Next *Node }
 * const Node = gob.struct("Node", {
 *   Value: gob.string,
 *   get Next() {
 *     return gob.ptr(Node);
 *   },
 * });
 * ```
 */
export function struct<F extends Fields>(name: string, fields: F): StructType<F> {
  if (typeof name !== "string")
    throw new GobSchemaError(`gob.struct takes the name of the Go type and its fields, got ${typeof name} as the name`);
  const names = new Set<string>();
  for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(fields))) {
    const goName = isType(value) && isField(value) ? value.goName : key;
    if (goName === key) checkName(key);
    if (key === "__proto__")
      throw new GobSchemaError("a property cannot be named __proto__; use gob.field to rename it");
    if (names.has(goName)) throw new GobSchemaError(`struct ${name} has two fields named ${goName} in Go`);
    names.add(goName);
  }
  let read: readonly Field[] | undefined;
  const node: StructNode = {
    kind: "struct",
    name,
    fields: () => (read ??= Object.keys(fields).map((key) => readField(name, key, fields[key]))),
  };
  return defineType<StructType<F>>(node);
}

/** Go `struct{}`. */
export const emptyStruct = struct("", {});

function isField(type: AnyType): type is FieldType<AnyType> {
  return Object.hasOwn(type, "goName");
}

function readField(struct: string, key: string, type: unknown): Field {
  if (!isType(type)) {
    throw new GobSchemaError(`field ${struct}.${key} must be a schema such as gob.int, got ${String(type)}`);
  }
  return isField(type) ? { key, name: type.goName, type: type.type } : { key, name: key, type };
}

function checkName(name: string): void {
  if (!/^\p{Lu}/u.test(name)) {
    throw new GobSchemaError(
      `${JSON.stringify(name)} is not an exported Go field, which begins with an upper-case letter ` +
        `(gob.field("Name", type) gives a Go field another property name)`,
    );
  }
}
