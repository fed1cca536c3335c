import { record, slice } from "./containers.js";
import { describe } from "./describe.js";
import { GobSchemaError } from "./errors.js";
import { interface as interfaceType } from "./interface.js";
import { resolve } from "./resolve.js";
import * as scalars from "./scalars.js";
import type { AnyType, BaseNode } from "./schema.js";
import { time } from "./time.js";

/** The Go types that interface values may hold, by the names under which Go registers them. */
export class Registry {
  readonly #types = new Map<string, AnyType>();
  readonly #names = new Map<BaseNode, string>();

  /**
   * Registers `type` under `name`, in Go: gob.Register or gob.RegisterName. `Register(T{})` names a type
   * `full/import/path.T`, `Register(&T{})` `*pkg.T`, both in package main `main.T` and `*main.T`.
   * A name that is registered already is replaced.
   */
  add(name: string, type: AnyType): this {
    if (typeof name !== "string" || name === "" || Buffer.byteLength(name) > 1024) {
      throw new GobSchemaError("a registered name has 1 to 1024 bytes");
    }
    const base = resolve(type);
    // Of Go's `type Level int` the schema is that of int, which keeps its own name.
    if (!builtinNames.has(base)) this.#names.set(base, name);
    this.#types.set(name, type);
    return this;
  }

  /** The type that is registered under a name. */
  get(name: string): AnyType | undefined {
    return this.#types.get(name) ?? builtin.get(name);
  }

  /** The name under which a type is registered. */
  nameOf(type: AnyType): string | undefined {
    const base = resolve(type);
    return this.#names.get(base) ?? builtinNames.get(base);
  }
}

/** A registry that holds what Go registers by itself, and `time.Time`, `[]interface {}` and `map[string]interface {}`. */
export function registry(): Registry {
  return new Registry();
}

const builtin = new Map<string, AnyType>();
const builtinNames = new Map<BaseNode, string>();

function register(name: string, type: AnyType): void {
  builtin.set(name, type);
  builtinNames.set(resolve(type), name);
}

for (const type of [
  scalars.bool,
  scalars.string,
  scalars.int,
  scalars.int8,
  scalars.int16,
  scalars.int32,
  scalars.int64,
  scalars.uint,
  scalars.uint8,
  scalars.uint16,
  scalars.uint32,
  scalars.uint64,
  scalars.uintptr,
  scalars.float32,
  scalars.float64,
  scalars.complex64,
  scalars.complex128,
]) {
  register(describe(type), type);
  register(`[]${describe(type)}`, slice<AnyType>(type));
}
register("time.Time", time);
register("[]interface {}", slice(interfaceType()));
register("map[string]interface {}", record(interfaceType()));
