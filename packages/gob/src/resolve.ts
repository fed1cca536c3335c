import { GobSchemaError } from "./errors.js";
import { type BaseNode, isType, type Node, type Schema } from "./schema.js";

/** Looks through lazy references, but not through pointers. */
export function resolveLazy(type: Schema): Exclude<Node, { kind: "lazy" }> {
  let node = type as Node;
  for (let hops = 0; node?.kind === "lazy"; hops++) {
    const target = node.target();
    if (!isType(target) || hops > 100) {
      throw new GobSchemaError(
        "gob.lazy must return a schema other than itself; it may have run before its definition",
      );
    }
    node = target as unknown as Node;
  }
  if (!isType(node)) throw new GobSchemaError(`expected a schema such as gob.int, got ${String(node)}`);
  return node as Exclude<Node, { kind: "lazy" }>;
}

/** The type that is on the wire: gob flattens pointers. */
export function resolve(type: Schema): BaseNode {
  let node = resolveLazy(type);
  for (let hops = 0; node.kind === "ptr"; hops++) {
    if (hops > 100) throw new GobSchemaError("a pointer that points only to itself has no gob form");
    node = resolveLazy(node.elem);
  }
  return node;
}

export function isPointer(type: Schema): boolean {
  return resolveLazy(type).kind === "ptr";
}

/** Whether null can only mean a nil pointer, which gob can leave out of a struct but not send anywhere else. */
export function isNilUnsendable(type: Schema): boolean {
  if (!isPointer(type)) return false;
  const { kind } = resolve(type);
  return kind !== "interface" && kind !== "slice" && kind !== "map" && kind !== "bytes";
}
