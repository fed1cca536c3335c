import { GobSchemaError } from "./errors.js";
import { resolveLazy } from "./resolve.js";
import type { Schema, StructNode } from "./schema.js";

/** What a Map, an object without a prototype or a small Uint8Array weighs, where a number, a short string or an array is 1. */
export const heavy = 8;

/**
 * How many values an empty value of the type is made of. One byte can stand for a whole struct of zeros,
 * so this, not the size of a message, tells how much memory it asks for.
 */
export function weigh(type: Schema, within: readonly StructNode[] = []): number {
  const node = resolveLazy(type);
  switch (node.kind) {
    case "array":
      return 1 + node.length * weigh(node.elem, within);
    case "struct": {
      if (within.includes(node)) {
        throw new GobSchemaError(`struct ${node.name} contains itself; put gob.ptr or gob.slice between`);
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
