import { GobEncodeError } from "../errors.js";
import { memo } from "../schema/memo.js";
import { resolve } from "../schema/resolve.js";
import type { BaseNode, Schema } from "../schema/schema.js";
import { encodeArray, encodeMap, encodeSlice } from "./containers.js";
import { encodeInterface } from "./interface.js";
import { encodeMarshaler } from "./marshaler.js";
import { encodeComplex, encodeFloat, encodeInteger, fail } from "./scalars.js";
import type { EncodeOp } from "./state.js";
import { encodeStruct } from "./struct.js";

const compiled = new WeakMap<BaseNode, EncodeOp>();

/** The function that encodes values of a type, made once. The types inside it are compiled on first use. */
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
        // A nil slice is an empty one on the wire.
        else if (value === null || value === undefined) state.byte(0);
        else fail(value, "a Uint8Array", "[]byte");
      };
    case "string":
      return (state, value) => {
        if (typeof value === "string") state.string(value);
        else if (node.form === "bytes" && value instanceof Uint8Array) state.bytes(value);
        else fail(value, node.form === "bytes" ? "a Uint8Array or a string" : "a string", "string");
      };
    case "slice":
      return encodeSlice(node, compileEncode);
    case "array":
      return encodeArray(node, compileEncode);
    case "map":
      return encodeMap(node, compileEncode);
    case "struct":
      return encodeStruct(node, compileEncode);
    case "interface":
      return encodeInterface(compileEncode);
    case "marshaler":
      return encodeMarshaler(node);
    case "unknown":
      return () => {
        throw new GobEncodeError("gob.unknown can only be decoded; to encode, use the schema of the value");
      };
  }
}
