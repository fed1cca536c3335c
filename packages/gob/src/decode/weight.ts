import { GobSchemaError } from "../errors.js";
import { resolveLazy } from "../schema/resolve.js";
import type { Schema, StructNode } from "../schema/schema.js";

/** Weight of a Map, an object without a prototype or a small Uint8Array. A number, a short string or an array weighs 1. */
export const heavy = 8;

/**
 * How many values an empty value of the type is made of. One byte on the wire can stand for a whole struct of zeros, so
 * the size of a message does not bound the memory that it takes.
 */
export function weigh(type: Schema, within: readonly StructNode[] = []): number {
  const node = resolveLazy(type);
  switch (node.kind) {
    case "array":
      return 1 + node.length * weigh(node.elem, within);
    case "struct": {
      if (within.includes(node)) {
        throw new GobSchemaError(`struct ${node.name} contains itself; put a gob.ptr or gob.slice in between`);
      }
      const path = [...within, node];
      let sum = 1;
      for (const field of node.fields()) sum += weigh(field.type, path);
      return sum;
    }
    case "map":
      return heavy;
    case "complex":
      return 2;
    case "marshaler":
      return 3;
    default:
      return 1;
  }
}
