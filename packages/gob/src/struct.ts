import { GobSchemaError } from "./errors.js";
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

/** Fields in Go's order. The values are schemas; a looser type lets a recursive struct be inferred. */
// biome-ignore lint/suspicious/noExplicitAny: checking a getter here would ask for the type being inferred
export type Fields = Readonly<Record<string, any>>;

/** What {@link struct} makes: every field when decoded, any of them to be encoded. Go: a struct type. */
export interface StructType<F>
  extends Type<{ -readonly [K in keyof F]: Infer<F[K]> }, { readonly [K in keyof F]?: Input<F[K]> | undefined }> {
  readonly name: string;
}

/** A field whose property in JavaScript is named unlike in Go. */
export interface FieldType<T> extends Type<Infer<T>, Input<T>> {
  readonly goName: string;
  readonly type: T;
}

/** Names field `name` of Go differently here: `{ id: gob.field("ID", gob.string) }`. */
export function field<T>(name: string, type: T): FieldType<T> {
  checkName(name);
  if (!isType(type)) throw new GobSchemaError(`field ${name} must be a schema such as gob.int, got ${String(type)}`);
  return { ...type, goName: name, type } as unknown as FieldType<T>;
}

/**
 * Go `struct`. The keys are Go's exported field names, in any order; an embedded struct is a field named after its type.
 * Decoding fills what was not sent with zero values; encoding takes what is left out as zero.
 * A getter may refer to the struct itself: `get Next() { return gob.ptr(Node); }`.
 */
export function struct<F extends Fields>(name: string, fields: F): StructType<F> {
  if (typeof name !== "string") throw new GobSchemaError("gob.struct takes the name of the Go type and its fields");
  const names = new Set<string>();
  for (const [key, { value }] of Object.entries(Object.getOwnPropertyDescriptors(fields))) {
    const goName = isType(value) && isField(value) ? value.goName : key;
    if (goName === key) checkName(key);
    if (key === "__proto__") throw new GobSchemaError("a property cannot be named __proto__");
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
      `${JSON.stringify(name)} is not an exported Go field: it must begin with an upper-case letter ` +
        `(gob.field("Name", type) names a property differently than in Go)`,
    );
  }
}
