import { remake } from "../error-path.js";
import { GobError, GobTypeMismatchError } from "../errors.js";
import { describe } from "../schema/describe.js";
import { memo } from "../schema/memo.js";
import { resolve } from "../schema/resolve.js";
import type { BaseNode, Schema } from "../schema/schema.js";
import { wireId } from "../wire/ids.js";
import { checkSingleton, undefinedType } from "./check.js";
import { decodeArray, decodeMap, decodeSlice } from "./containers.js";
import { describeFields, describeSent } from "./describe-sent.js";
import { decodeInterface } from "./interface.js";
import { decodeBytes, decodeComplex, decodeFloat, decodeInteger, decodeMarshaler, decodeString } from "./scalars.js";
import type { DecodeOp, DecodeState } from "./state.js";
import { decodeStruct, noCommonFields } from "./struct.js";
import { compileUnknown } from "./unknown.js";

/** The function that decodes sent type `id` as `type`. Throws if Go would refuse the pair. */
export function compileDecode(state: DecodeState, id: number, type: Schema): DecodeOp {
  const node = resolve(type);
  const known = memo(state.compiled, node, () => new Map<number, DecodeOp>());
  const ready = known.get(id);
  if (ready !== undefined) return ready;
  let op: DecodeOp | undefined;
  // A recursive type finds this entry while it is being compiled.
  known.set(id, (at, previous) => op!(at, previous));
  state.compiling.push([known, id]);
  op = build(state, id, node);
  known.set(id, op);
  return op;
}

/** The same for a whole value: at top level, or in an interface. */
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
    // Functions compiled so far may refer to the one that failed.
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
      throw mismatch(state, id, node, "the two have no field in common");
    }
    return op;
  }
  return (at, previous) => {
    checkSingleton(at);
    return op(at, previous);
  };
}

function build(state: DecodeState, id: number, node: BaseNode): DecodeOp {
  if (node.kind === "unknown") return compileUnknown(state, id);
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
      if (id === wireId.string) return decodeString(node.form);
      break;
    case "interface":
      if (id === wireId.interface) return decodeInterface(node);
      throw mismatch(state, id, node, "the sender must declare an interface too");
    case "marshaler":
      if (sent?.kind === "marshaler" && sent.format === node.format) return decodeMarshaler(node);
      break;
    case "slice":
      if (sent?.kind === "slice") return decodeSlice(state, sent.elem, node, compileDecode);
      break;
    case "array":
      if (sent?.kind === "array" && sent.length === node.length)
        return decodeArray(state, sent.elem, node, compileDecode);
      break;
    case "map":
      if (sent?.kind === "map") return decodeMap(state, sent, node, compileDecode);
      break;
    case "struct":
      if (sent?.kind === "struct") return decodeStruct(state, sent, node, compileDecode);
      break;
  }
  throw mismatch(state, id, node);
}

function mismatch(state: DecodeState, id: number, node: BaseNode, why?: string): GobTypeMismatchError {
  const sent = describeSent(state, id);
  const wanted = describe(node);
  const shown = sent === wanted || why !== undefined ? describeFields(state, id) : sent;
  return new GobTypeMismatchError(`expected ${wanted}, got ${shown}${why === undefined ? "" : `; ${why}`}`, {
    sent,
    wanted,
  });
}
