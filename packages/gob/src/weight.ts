import { GobSchemaError } from "./errors.js";
import { resolveLazy } from "./resolve.js";
import type { Schema, StructNode } from "./schema.js";

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
    default:
      return 1;
  }
}
