import { GobSchemaError } from "../errors.js";
import { type BaseNode, isType, type Node, type Schema } from "./schema.js";

/** Follows lazy references, but not pointers. */
export function resolveLazy(type: Schema): Exclude<Node, { kind: "lazy" }> {
  let node = type as Node;
  for (let hops = 0; node?.kind === "lazy"; hops++) {
    const target = node.target();
    if (!isType(target) || hops > 100) {
      throw new GobSchemaError(
        "gob.lazy must return a schema other than itself; was it called before the schema was defined?",
      );
    }
    node = target as unknown as Node;
  }
  if (!isType(node)) throw new GobSchemaError(`expected a schema such as gob.int, got ${String(node)}`);
  return node as Exclude<Node, { kind: "lazy" }>;
}

/** The type on the wire: gob flattens pointers. */
export function resolve(type: Schema): BaseNode {
  let node = resolveLazy(type);
  for (let hops = 0; node.kind === "ptr"; hops++) {
    if (hops > 100) throw new GobSchemaError("a pointer type that points only to itself cannot be sent");
    node = resolveLazy(node.elem);
  }
  return node;
}

export function isPointer(type: Schema): boolean {
  return resolveLazy(type).kind === "ptr";
}

/** True if null can only mean a nil pointer, which gob can omit from a struct but not send. */
export function isNilUnsendable(type: Schema): boolean {
  if (!isPointer(type)) return false;
  const { kind } = resolve(type);
  return kind !== "interface" && kind !== "slice" && kind !== "map" && kind !== "bytes";
}
