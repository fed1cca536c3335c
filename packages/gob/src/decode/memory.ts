import { GobSchemaError } from "../errors.js";
import { resolveLazy } from "../schema/resolve.js";
import type { Schema, StructNode } from "../schema/schema.js";

/**
 * Bytes that V8 takes for the parts of a value, rounded up; memory.test.ts measures them. The contents of strings and byte
 * slices are not in here, because a message cannot have less of them than a value.
 */
export const bytesOf = {
  /** A place in an array or object, for a number, a bool or a reference. */
  slot: 12,
  string: 24,
  bigint: 24,
  /** A float outside an array. */
  float: 16,
  complex: 72,
  byteSlice: 272,
  emptyArray: 32,
  /** V8 reserves 17 places when the first element arrives. */
  array: 192,
  /** A Map, or an object without a prototype. */
  map: 192,
  mapEntry: 64,
  object: 24,
  /** A Date, or another value that a codec makes of a few bytes. */
  marshaler: 112,
  /** The wrapper of an interface value, or the property with the type's name. */
  interface: 112,
} as const;

/** Bytes of an array and its slots. */
export function arrayBytes(count: number): number {
  return count === 0 ? bytesOf.emptyArray : bytesOf.array + count * bytesOf.slot;
}

/**
 * Bytes that the zero value of a type takes beyond its slot. One byte on the wire can stand for a whole struct of zeros, so
 * the size of a message does not bound the memory that it takes.
 */
export function zeroBytes(type: Schema, within: readonly StructNode[] = []): number {
  const node = resolveLazy(type);
  switch (node.kind) {
    case "array":
      return arrayBytes(node.length) + node.length * zeroBytes(node.elem, within);
    case "struct": {
      if (within.includes(node)) {
        throw new GobSchemaError(`struct ${node.name} contains itself; put a gob.ptr or gob.slice in between`);
      }
      const path = [...within, node];
      let sum: number = bytesOf.object;
      for (const field of node.fields()) sum += bytesOf.slot + zeroBytes(field.type, path);
      return sum;
    }
    case "slice":
      return bytesOf.emptyArray;
    case "map":
      return bytesOf.map;
    case "float":
      return bytesOf.float;
    case "complex":
      return bytesOf.complex;
    case "marshaler":
      return bytesOf.marshaler;
    default:
      return 0;
  }
}
