import { compileDecode, type DecodeOp } from "./decode.js";
import type { DecodeState } from "./decode-state.js";
import { addPath, entryStep } from "./errors.js";
import type { AnyType, ArrayNode, MapNode, SliceNode } from "./schema.js";
import type { SentType } from "./sent-type.js";
import { checkLength, countExceedsInput } from "./walk.js";
import { heavy } from "./weight.js";

function compileElem(state: DecodeState, id: number, type: AnyType, step = "[]"): DecodeOp {
  try {
    return compileDecode(state, id, type);
  } catch (error) {
    throw addPath(error, step);
  }
}

/** Reads `count` elements. What is claimed takes no memory before it has come. */
function decodeElems(state: DecodeState, count: number, decode: DecodeOp, previous?: readonly unknown[]): unknown[] {
  state.enter();
  state.charge(count);
  const values: unknown[] = [];
  try {
    for (let index = 0; index < count; index++) {
      if (state.at >= state.end) throw countExceedsInput();
      values.push(decode(state, previous?.[index]));
    }
  } catch (error) {
    throw addPath(error, `[${values.length}]`);
  }
  state.leave();
  return values;
}

export function decodeSlice(state: DecodeState, elem: number, node: SliceNode): DecodeOp {
  const decode = compileElem(state, elem, node.elem);
  return (at) => decodeElems(at, at.count(), decode);
}

export function decodeArray(state: DecodeState, elem: number, node: ArrayNode): DecodeOp {
  const decode = compileElem(state, elem, node.elem);
  return (at, previous) => decodeElems(at, checkLength(at.count(), node.length), decode, previous);
}

export function decodeMap(state: DecodeState, sent: Extract<SentType, { kind: "map" }>, node: MapNode): DecodeOp {
  const decodeKey = compileElem(state, sent.key, node.key, "[key]");
  const decodeValue = compileElem(state, sent.elem, node.elem);
  return node.record ? decodeRecord : decodeEntries;

  function decodeEntries(at: DecodeState, previous?: Map<unknown, unknown>): Map<unknown, unknown> {
    const map = previous ?? new Map<unknown, unknown>();
    readEntries(at, decodeKey, decodeValue, (key, value) => map.set(key, value));
    return map;
  }

  function decodeRecord(at: DecodeState, previous?: Record<string, unknown>): Record<string, unknown> {
    const object: Record<string, unknown> = previous ?? Object.create(null);
    readEntries(at, decodeKey, decodeValue, (key, value) => {
      setOwn(object, key as string, value);
    });
    return object;
  }
}

/** Reads entries up to their count. */
export function readEntries(
  state: DecodeState,
  decodeKey: DecodeOp,
  decodeValue: DecodeOp,
  set: (key: unknown, value: unknown) => void,
): void {
  const count = state.count();
  state.enter();
  state.charge(heavy + count * 2);
  for (let index = 0; index < count; index++) {
    if (state.at >= state.end) throw countExceedsInput();
    let key: unknown;
    try {
      key = decodeKey(state, undefined);
    } catch (error) {
      throw addPath(error, `[key ${index}]`);
    }
    if (state.at >= state.end) throw countExceedsInput();
    try {
      set(key, decodeValue(state, undefined));
    } catch (error) {
      throw addPath(error, entryStep(key));
    }
  }
  state.leave();
}

/** Sets a property that the peer has named, which is never the prototype. */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
  } else object[key] = value;
}
