import { addPath } from "../error-path.js";
import { GobUnregisteredError } from "../errors.js";
import { Typed, typeName, unknown } from "../schema/interface.js";
import { resolve } from "../schema/resolve.js";
import type { AnyType, InterfaceNode } from "../schema/schema.js";
import { printable } from "./describe-sent.js";
import { bytesOf } from "./memory.js";
import type { DecodeOp, DecodeState } from "./state.js";

/** Reads the name of the concrete type, then the value by the schema registered under that name. */
export function decodeInterface(node: InterfaceNode): DecodeOp {
  return node.typed ? readTyped : readPlain;
}

function readTyped(at: DecodeState): Typed | null {
  const name = at.interfaceName();
  if (name === "") return null;
  at.charge(bytesOf.interface);
  return new Typed(name, readConcrete(at, name));
}

function readPlain(at: DecodeState): unknown {
  const name = at.interfaceName();
  if (name === "") return null;
  const value = readConcrete(at, name);
  if (isMarked(at.settings.registry.get(name), value)) {
    at.charge(bytesOf.interface);
    (value as { [typeName]?: string })[typeName] = name;
  }
  return value;
}

/** Only structs carry their type's name; other values have no property to spare. */
function isMarked(type: AnyType | undefined, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return type === undefined ? Object.getPrototypeOf(value) === null : resolve(type).kind === "struct";
}

function readConcrete(at: DecodeState, name: string): unknown {
  try {
    const id = at.concreteType();
    const { registry, unregistered, compileValue } = at.settings;
    const type = registry.get(name);
    if (type === undefined && unregistered === "reject") {
      throw new GobUnregisteredError(
        `no type is registered under ${JSON.stringify(printable(name))}; add it to the registry`,
      );
    }
    at.enter();
    const value = compileValue(at, id, type ?? unknown)(at, undefined);
    at.leave();
    return value;
  } catch (error) {
    throw addPath(error, `(${printable(name)})`);
  }
}
