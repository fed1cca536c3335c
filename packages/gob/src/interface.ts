import { GobSchemaError } from "./errors.js";
import { type AnyType, defineType, type Input, isType, type Type } from "./schema.js";

/** Marks an object with the name under which Go registered its type, so that it can be sent as an interface value again. */
export const typeName: unique symbol = Symbol("gob.typeName");

/** An interface value together with the name of its Go type, or the schema that is registered for it. */
export class Typed {
  constructor(
    readonly type: string | AnyType,
    readonly value: unknown,
  ) {}
}

/**
 * Says which Go type an interface value has: `gob.typed("int32", 5)`, `gob.typed("main.Leaf", { N: 1 })`,
 * or with a schema that the registry holds, `gob.typed(Leaf, { N: 1 })`.
 */
export function typed(type: string, value: unknown): Typed;
export function typed<T extends AnyType>(type: T, value: Input<T>): Typed;
export function typed(type: string | AnyType, value: unknown): Typed {
  if (typeof type !== "string" && !isType(type)) {
    throw new GobSchemaError("gob.typed takes the name of a registered Go type, or its schema, and a value");
  }
  return new Typed(type, value);
}

const plain = defineType<Type<unknown>>({ kind: "interface", typed: false });
const exact = defineType<Type<Typed | null, unknown>>({ kind: "interface", typed: true });

/**
 * Go `interface{}`, `any`, `error` and every other interface type. nil is null.
 *
 * To encode, null, strings, booleans, numbers (whole ones as `int`, others as `float64`), bigints (`int64`), bytes
 * (`[]uint8`), Dates (`time.Time`), arrays (`[]interface {}`) and plain objects and Maps (`map[string]interface {}`)
 * have a Go type of their own; objects that {@link typeName} marks and {@link typed} values have the one they name.
 * Decoded structs are marked. With `{ typed: true }` every value decodes as a {@link Typed} one.
 */
function interfaceType(options?: { readonly typed?: false }): Type<unknown>;
function interfaceType(options: { readonly typed: true }): Type<Typed | null, unknown>;
function interfaceType(options?: { readonly typed?: boolean }): AnyType {
  return options?.typed ? exact : plain;
}

export { interfaceType as interface };

/** Whatever was sent, in a form that shows it. It can be decoded, not encoded. */
export const unknown = defineType<Type<unknown, never>>({ kind: "unknown" });
