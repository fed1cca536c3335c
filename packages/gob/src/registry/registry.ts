import { GobSchemaError } from "../errors.js";
import { resolve } from "../schema/resolve.js";
import type { AnyType, BaseNode } from "../schema/schema.js";
import { builtinNames, builtinTypes } from "./builtin-types.js";

/**
 * The Go types that interface values may hold, by the names under which Go registers them.
 *
 * @example
 * ```ts
 * import { gob } from "@go-plugin/gob";
 *
 * const Leaf = gob.struct("Leaf", { N: gob.int });
 * const registry = gob.registry().add("main.Leaf", Leaf);
 * const bytes = gob.encode(gob.interface(), gob.typed("main.Leaf", { N: 1 }), { registry });
 * ```
 */
export class Registry {
  readonly #types = new Map<string, AnyType>();
  readonly #names = new Map<BaseNode, string>();

  /**
   * Registers `type` under `name`, or replaces what is registered there. Go: gob.Register, gob.RegisterName.
   * Go's `Register(T{})` gives the name `full/import/path.T`, `Register(&T{})` gives `*pkg.T` with the short package name.
   *
   * @throws {GobSchemaError} The name is not a string of 1 to 1024 bytes, or the type is not a schema.
   */
  add(name: string, type: AnyType): this {
    if (typeof name !== "string" || name === "" || Buffer.byteLength(name) > 1024) {
      throw new GobSchemaError(
        `a registered name must be a string of 1 to 1024 bytes, got ${typeof name === "string" ? `${Buffer.byteLength(name)} bytes` : typeof name}`,
      );
    }
    const base = resolve(type);
    // The schema of Go's `type Level int` is gob.int, which keeps its own name.
    if (!builtinNames.has(base)) this.#names.set(base, name);
    this.#types.set(name, type);
    return this;
  }

  /** The type registered under a name, if any. */
  get(name: string): AnyType | undefined {
    return this.#types.get(name) ?? builtinTypes.get(name);
  }

  /** The name under which a type is registered, if it is. */
  nameOf(type: AnyType): string | undefined {
    const base = resolve(type);
    return this.#names.get(base) ?? builtinNames.get(base);
  }
}

/** Makes a {@link Registry} of the types that Go registers itself, and `time.Time`, `[]interface {}` and `map[string]interface {}`. */
export function registry(): Registry {
  return new Registry();
}
