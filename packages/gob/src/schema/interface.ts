import { GobSchemaError } from "../errors.js";
import { type AnyType, defineType, type Input, isType, type Type } from "./schema.js";

/**
 * The property of a decoded struct that holds the name under which Go registered its type. An object that has it can be
 * sent as an interface value.
 *
 * @example
 * ```ts
 * import { gob } from "@go-plugin/gob";
 *
 * function isNotFound(value: unknown): boolean {
 *   return typeof value === "object" && value !== null && gob.typeName in value && value[gob.typeName] === "*main.NotFound";
 * }
 * ```
 */
export const typeName: unique symbol = Symbol("gob.typeName");

/**
 * An interface value together with its Go type. {@link typed} makes it, and `gob.interface({ typed: true })` decodes to it.
 *
 * @example
 * ```ts
 * const value = gob.decode(gob.interface({ typed: true }), bytes);
 * if (value instanceof gob.Typed) console.log(value.type, value.value);
 * ```
 */
export class Typed {
  constructor(
    /** The name under which Go registered the type, or the schema that is registered under it. */
    readonly type: string | AnyType,
    readonly value: unknown,
  ) {}
}

/**
 * Gives an interface value its Go type: the name under which Go registered it, or a schema in the registry.
 *
 * @throws {GobSchemaError} `type` is neither a name nor a schema.
 * @example
 * ```ts
 * import { gob } from "@go-plugin/gob";
 *
 * const bytes = gob.encode(gob.interface(), gob.typed("int32", 5));
 * ```
 */
export function typed(type: string, value: unknown): Typed;
export function typed<T extends AnyType>(type: T, value: Input<T>): Typed;
export function typed(type: string | AnyType, value: unknown): Typed {
  if (typeof type !== "string" && !isType(type)) {
    throw new GobSchemaError(
      `gob.typed takes the name of a registered Go type or its schema, and a value; got ${typeof type} as the type`,
    );
  }
  return new Typed(type, value);
}

const plain = defineType<Type<unknown>>({ kind: "interface", typed: false });
const exact = defineType<Type<Typed | null, unknown>>({ kind: "interface", typed: true });

/**
 * Go `interface{}`, `any`, `error` and every other interface type. nil is null.
 *
 * Plain values are encoded with these Go types: strings, booleans, numbers (`int` if whole, else `float64`), bigints
 * (`int64`), Uint8Arrays (`[]uint8`), Dates (`time.Time`), arrays (`[]interface {}`), objects and Maps
 * (`map[string]interface {}`). A {@link typed} value, and an object with a {@link typeName}, have the type that they name.
 * Decoded structs get a {@link typeName}. With `{ typed: true }` every value decodes to a {@link Typed}.
 */
function interfaceType(options?: { readonly typed?: false }): Type<unknown>;
function interfaceType(options: { readonly typed: true }): Type<Typed | null, unknown>;
function interfaceType(options?: { readonly typed?: boolean }): AnyType {
  return options?.typed ? exact : plain;
}

export { interfaceType as interface };

/** Any Go type, decoded without a schema. It cannot be encoded. */
export const unknown = defineType<Type<unknown, never>>({ kind: "unknown" });
