import { resolveLazy } from "./resolve.js";
import type { AnyType } from "./schema.js";

const noBytes = new Uint8Array(0);

/** A zero value that all can share, or undefined if each needs its own. */
export function sharedZero(type: AnyType): unknown {
  const node = resolveLazy(type);
  switch (node.kind) {
    case "bool":
      return false;
    case "int":
    case "uint":
      return node.as === "bigint" ? 0n : 0;
    case "float":
      return 0;
    case "string":
      return node.form === "bytes" ? noBytes : "";
    case "bytes":
      return noBytes;
    case "ptr":
    case "interface":
    case "unknown":
      return null;
    default:
      return undefined;
  }
}

/** The zero value of a type. */
export function zero(type: AnyType): unknown {
  const node = resolveLazy(type);
  switch (node.kind) {
    case "complex":
      return { real: 0, imag: 0 };
    case "slice":
      return [];
    case "array":
      return Array.from({ length: node.length }, () => zero(node.elem));
    case "map":
      return node.record ? Object.create(null) : new Map();
    case "struct":
      return Object.fromEntries(node.fields().map((field) => [field.key, zero(field.type)]));
    case "marshaler":
      return node.codec.zero();
    default:
      return sharedZero(type);
  }
}
