import { addPath } from "../error-path.js";
import { GobEncodeError, GobUnregisteredError } from "../errors.js";
import { Typed, typeName } from "../schema/interface.js";
import { isNilUnsendable, resolve } from "../schema/resolve.js";
import type { AnyType } from "../schema/schema.js";
import { fail } from "./scalars.js";
import type { Compile, EncodeOp, EncodeState } from "./state.js";

/**
 * Writes the name of the concrete type, its id, the value's length and the value. nil is an empty name.
 * Go defines a new type inside the value, and its own decoder cannot always skip that. Here definitions precede the
 * whole message, which every Go release accepts.
 */
export function encodeInterface(compile: Compile): EncodeOp {
  return (state, value) => writeInterface(state, value, compile);
}

function writeInterface(state: EncodeState, value: unknown, compile: Compile): void {
  if (value === null || value === undefined) {
    state.byte(0);
    return;
  }
  const { name, type, inner } = concrete(state, value);
  const base = resolve(type);
  if ((inner === null || inner === undefined) && isNilUnsendable(type)) {
    throw new GobEncodeError(`gob cannot send a nil ${name} inside an interface; send null itself`, { wanted: name });
  }
  state.enter();
  try {
    state.string(name);
    state.int(state.types.use(base));
    const body = state.begin();
    if (base.kind !== "struct") state.byte(0);
    compile(base)(state, inner);
    state.end(body);
  } catch (error) {
    throw addPath(error, `(${name})`);
  }
  state.depth--;
}

interface Concrete {
  readonly name: string;
  readonly type: AnyType;
  readonly inner: unknown;
}

function concrete({ registry }: EncodeState, value: NonNullable<unknown>): Concrete {
  if (value instanceof Typed) {
    if (typeof value.type === "string") return { name: value.type, type: lookUp(value.type), inner: value.value };
    const name = registry.nameOf(value.type);
    if (name !== undefined) return { name, type: value.type, inner: value.value };
    throw new GobUnregisteredError(
      "the schema of a gob.typed value is not registered; add it to the registry under its Go name",
    );
  }
  const name = (value as { [typeName]?: unknown })[typeName] ?? nameOfPlain(value);
  if (typeof name !== "string")
    throw new GobEncodeError(
      "the gob.typeName of an object must be a string: the name under which Go registered its type",
    );
  return { name, type: lookUp(name), inner: value };

  function lookUp(name: string): AnyType {
    const type = registry.get(name);
    if (type !== undefined) return type;
    throw new GobUnregisteredError(`no type is registered under ${JSON.stringify(name)}; add it to the registry`);
  }
}

/** The Go type that a plain JavaScript value stands for. */
function nameOfPlain(value: NonNullable<unknown>): string {
  switch (typeof value) {
    case "string":
      return "string";
    case "boolean":
      return "bool";
    case "bigint":
      return "int64";
    case "number":
      return Number.isSafeInteger(value) && !Object.is(value, -0) ? "int" : "float64";
    case "object":
      if (value instanceof Uint8Array) return "[]uint8";
      if (value instanceof Date) return "time.Time";
      if (Array.isArray(value)) return "[]interface {}";
      if (value instanceof Map || isPlainObject(value)) return "map[string]interface {}";
  }
  return fail(
    value,
    "a plain value (string, boolean, number, bigint, Uint8Array, Date, array, object, Map) or a gob.typed one",
    "interface {}",
  );
}

function isPlainObject(value: object): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || prototype === Object.prototype || Object.getPrototypeOf(prototype) === null;
}
