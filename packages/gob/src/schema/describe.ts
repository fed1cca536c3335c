import { resolveLazy } from "./resolve.js";
import type { Schema } from "./schema.js";

/** A schema in Go's notation, such as `map[string][]*Point`, for error messages and type definitions. */
export function describe(type: Schema): string {
  return write(type, { left: 200 });
}

/** The number of types that may still be written: types can be recursive. */
interface Budget {
  left: number;
}

function write(type: Schema, budget: Budget): string {
  if (budget.left-- <= 0) return "...";
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
      return `[]${write(node.elem, budget)}`;
    case "array":
      return `[${node.length}]${write(node.elem, budget)}`;
    case "map":
      return `map[${write(node.key, budget)}]${write(node.elem, budget)}`;
    case "struct": {
      if (node.name !== "") return node.name;
      const fields = node.fields().map((field) => ` ${field.name} ${write(field.type, budget)}`);
      return fields.length === 0 ? "struct {}" : `struct {${fields.join(";")} }`;
    }
    case "ptr":
      return `*${write(node.elem, budget)}`;
    case "interface":
      return "interface {}";
    case "marshaler":
      return node.codec.name;
    case "unknown":
      return "anything";
  }
}
