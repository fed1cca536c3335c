import { compileDecodeValue, type DecodeOp } from "./decode.js";
import { compileAnyValue } from "./decode-any.js";
import type { DecodeState } from "./decode-state.js";
import { printable } from "./describe-sent.js";
import { addPath, GobUnregisteredError } from "./errors.js";
import { Typed, typeName } from "./interface.js";
import { resolve } from "./resolve.js";
import type { AnyType, InterfaceNode } from "./schema.js";

/** Reads the name of the concrete type, then the value as what is registered under it. */
export function decodeInterface(node: InterfaceNode): DecodeOp {
  return node.typed ? readTyped : readPlain;
}

function readTyped(at: DecodeState): Typed | null {
  const name = at.interfaceName();
  if (name === "") return null;
  at.charge(1);
  return new Typed(name, readConcrete(at, name));
}

function readPlain(at: DecodeState): unknown {
  const name = at.interfaceName();
  if (name === "") return null;
  const value = readConcrete(at, name);
  if (isMarked(at.settings.registry.get(name), value)) (value as { [typeName]?: string })[typeName] = name;
  return value;
}

/** Structs carry their name; other types have no property to spare. */
function isMarked(type: AnyType | undefined, value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  return type === undefined ? Object.getPrototypeOf(value) === null : resolve(type).kind === "struct";
}

function readConcrete(at: DecodeState, name: string): unknown {
  try {
    const id = at.concreteType();
    const { registry, unregistered } = at.settings;
    const type = registry.get(name);
    if (type === undefined && unregistered === "reject") {
      throw new GobUnregisteredError(`no type is registered under ${JSON.stringify(printable(name))}`);
    }
    at.enter();
    const decode = type === undefined ? compileAnyValue(at, id) : compileDecodeValue(at, id, type);
    const value = decode(at, undefined);
    at.leave();
    return value;
  } catch (error) {
    throw addPath(error, `(${printable(name)})`);
  }
}
