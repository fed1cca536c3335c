import { encodeArray, encodeMap, encodeSlice } from "./encode-containers.js";
import { encodeInterface } from "./encode-interface.js";
import { encodeMarshaler } from "./encode-marshaler.js";
import { encodeComplex, encodeFloat, encodeInteger, fail } from "./encode-scalars.js";
import { encodeStruct } from "./encode-struct.js";
import { GobEncodeError, GobLimitError } from "./errors.js";
import { memo } from "./memo.js";
import type { Registry } from "./registry.js";
import { resolve } from "./resolve.js";
import type { BaseNode, Schema } from "./schema.js";
import type { TypeTable } from "./type-table.js";
import { Writer } from "./writer.js";

/** Where a value is written to, and what interface values in it need. */
export class EncodeState extends Writer {
  depth = 0;

  constructor(
    readonly types: TypeTable,
    readonly registry: Registry,
    readonly maxDepth: number,
  ) {
    super();
  }

  enter(): void {
    if (++this.depth > this.maxDepth) {
      throw new GobLimitError(`the value is nested deeper than ${this.maxDepth} levels; it may contain itself`);
    }
  }
}

/** Writes a value, also if it is zero. */
// biome-ignore lint/suspicious/noExplicitAny: values are checked at run time, one by one
export type EncodeOp = (state: EncodeState, value: any) => void;

const compiled = new WeakMap<BaseNode, EncodeOp>();

/** The function that encodes values of a type. It is made once; types inside are compiled on first use. */
export function compileEncode(type: Schema): EncodeOp {
  const node = resolve(type);
  return memo(compiled, node, () => compile(node));
}

function compile(node: BaseNode): EncodeOp {
  switch (node.kind) {
    case "bool":
      return (state, value) => {
        if (typeof value !== "boolean") fail(value, "a boolean", "bool");
        state.byte(value ? 1 : 0);
      };
    case "int":
    case "uint":
      return encodeInteger(node);
    case "float":
      return encodeFloat(node);
    case "complex":
      return encodeComplex(node);
    case "bytes":
      return (state, value) => {
        if (value instanceof Uint8Array) state.bytes(value);
        // nil is a slice too.
        else if (value === null || value === undefined) state.byte(0);
        else fail(value, "a Uint8Array", "[]byte");
      };
    case "string":
      return (state, value) => {
        if (typeof value === "string") state.string(value);
        else if (node.raw && value instanceof Uint8Array) state.bytes(value);
        else fail(value, node.raw ? "a Uint8Array or a string" : "a string", "string");
      };
    case "slice":
      return encodeSlice(node);
    case "array":
      return encodeArray(node);
    case "map":
      return encodeMap(node);
    case "struct":
      return encodeStruct(node);
    case "interface":
      return encodeInterface;
    case "marshaler":
      return encodeMarshaler(node);
    case "unknown":
      return () => {
        throw new GobEncodeError("gob.unknown has no type to be sent as; use the schema of what is meant");
      };
  }
}
