import { compileAny } from "./decode-any.js";
import { decodeArray, decodeMap, decodeSlice } from "./decode-containers.js";
import { decodeInterface } from "./decode-interface.js";
import { decodeBytes, decodeComplex, decodeFloat, decodeInteger, decodeMarshaler } from "./decode-scalars.js";
import type { DecodeState } from "./decode-state.js";
import { decodeStruct, noCommonFields } from "./decode-struct.js";
import { describe } from "./describe.js";
import { describeFields, describeSent } from "./describe-sent.js";
import { GobError, GobTypeMismatchError, remake } from "./errors.js";
import { memo } from "./memo.js";
import { resolve } from "./resolve.js";
import type { BaseNode, Schema } from "./schema.js";
import { checkSingleton, undefinedType } from "./walk.js";
import { wireId } from "./wire.js";

/** Reads a value. Structs and maps are merged into `previous` if it is given. */
// biome-ignore lint/suspicious/noExplicitAny: what is read has the schema's type
export type DecodeOp = (state: DecodeState, previous: any) => any;

/** The function that decodes sent type `id` as `type`; throws if Go would refuse the pair. */
export function compileDecode(state: DecodeState, id: number, type: Schema): DecodeOp {
  const node = resolve(type);
  const known = memo(state.compiled, node, () => new Map<number, DecodeOp>());
  const ready = known.get(id);
  if (ready !== undefined) return ready;
  let op: DecodeOp | undefined;
  // A recursive type finds itself here while it is being compiled.
  known.set(id, (at, previous) => op!(at, previous));
  state.compiling.push([known, id]);
  op = build(state, id, node);
  known.set(id, op);
  return op;
}

/** The same for a whole value, at top level or in an interface. */
export function compileDecodeValue(state: DecodeState, id: number, type: Schema): DecodeOp {
  let known = state.compiledValues.get(type);
  if (known === undefined) {
    known = new Map();
    state.compiledValues.set(type, known);
  }
  let op = known.get(id);
  if (op === undefined) {
    op = compileValue(state, id, type);
    known.set(id, op);
  }
  return op;
}

function compileValue(state: DecodeState, id: number, type: Schema): DecodeOp {
  if (id > wireId.interface && state.sentType(id) === undefined) throw undefinedType(state, id);
  const refused = memo(state.refused, type, () => new Map<number, () => GobError>());
  const refusal = refused.get(id);
  if (refusal !== undefined) throw refusal();
  state.compiling.length = 0;
  try {
    return buildValue(state, id, resolve(type));
  } catch (error) {
    // What has been compiled may refer to what has not.
    for (const [known, part] of state.compiling) known.delete(part);
    if (error instanceof GobError) refused.set(id, remake(error));
    throw error;
  }
}

function buildValue(state: DecodeState, id: number, node: BaseNode): DecodeOp {
  const sent = state.sentType(id);
  const op = compileDecode(state, id, node);
  if (sent?.kind === "struct") {
    if (node.kind === "struct" && noCommonFields(sent, node)) {
      throw mismatch(state, id, node, "no field of the one is in the other");
    }
    return op;
  }
  return (at, previous) => {
    checkSingleton(at);
    return op(at, previous);
  };
}

function build(state: DecodeState, id: number, node: BaseNode): DecodeOp {
  if (node.kind === "unknown") return compileAny(state, id);
  const sent = state.sentType(id);
  switch (node.kind) {
    case "bool":
      if (id === wireId.bool) return (at) => at.bool();
      break;
    case "int":
    case "uint":
      if (id === wireId[node.kind]) return decodeInteger(node);
      break;
    case "float":
      if (id === wireId.float) return decodeFloat(node);
      break;
    case "complex":
      if (id === wireId.complex) return decodeComplex(node);
      break;
    case "bytes":
      if (id === wireId.bytes) return decodeBytes;
      break;
    case "string":
      if (id === wireId.string) return node.raw ? decodeBytes : (at) => at.string();
      break;
    case "interface":
      if (id === wireId.interface) return decodeInterface(node);
      throw mismatch(state, id, node, "a concrete type comes for an interface only if the sender declares one");
    case "marshaler":
      if (sent?.kind === "marshaler" && sent.format === node.format) return decodeMarshaler(node);
      break;
    case "slice":
      if (sent?.kind === "slice") return decodeSlice(state, sent.elem, node);
      break;
    case "array":
      if (sent?.kind === "array" && sent.length === node.length) return decodeArray(state, sent.elem, node);
      break;
    case "map":
      if (sent?.kind === "map") return decodeMap(state, sent, node);
      break;
    case "struct":
      if (sent?.kind === "struct") return decodeStruct(state, sent, node);
      break;
  }
  throw mismatch(state, id, node);
}

function mismatch(state: DecodeState, id: number, node: BaseNode, why?: string): GobTypeMismatchError {
  const sent = describeSent(state, id);
  const wanted = describe(node);
  const shown = sent === wanted || why !== undefined ? describeFields(state, id) : sent;
  return new GobTypeMismatchError(`${shown} was sent, ${wanted} is wanted${why === undefined ? "" : `; ${why}`}`, {
    sent,
    wanted,
  });
}
