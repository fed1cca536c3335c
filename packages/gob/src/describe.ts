import { resolveLazy } from "./resolve.js";
import type { Schema } from "./schema.js";

/** A schema in Go's words, such as `map[string][]*Point`: what error messages and type definitions call it. */
export function describe(type: Schema, depth = 0): string {
  const node = resolveLazy(type);
  switch (node.kind) {
    case "bool":
      return "bool";
    case "int":
    case "uint":
    case "float":
    case "complex":
      return node.name;
    case "bytes":
      return "[]uint8";
    case "string":
      return "string";
    case "slice":
      return `[]${describe(node.elem, depth)}`;
    case "array":
      return `[${node.length}]${describe(node.elem, depth)}`;
    case "map":
      return `map[${describe(node.key, depth)}]${describe(node.elem, depth)}`;
    case "struct":
      if (node.name !== "") return node.name;
      if (depth > 4) return "struct {...}";
      return `struct {${node
        .fields()
        .map((field) => ` ${field.name} ${describe(field.type, depth + 1)}`)
        .join(";")} }`;
    case "ptr":
      return `*${describe(node.elem, depth)}`;
    case "interface":
      return "interface {}";
    case "marshaler":
      return node.codec.name;
    case "unknown":
      return "anything";
  }
}
