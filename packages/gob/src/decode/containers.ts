import { addPath, entryStep } from "../error-path.js";
import type { AnyType, ArrayNode, MapNode, SliceNode } from "../schema/schema.js";
import { checkLength, countExceedsInput } from "./check.js";
import { arrayBytes, bytesOf } from "./memory.js";
import type { SentType } from "./sent-type.js";
import type { Compile, DecodeOp, DecodeState } from "./state.js";

function compileElem(state: DecodeState, id: number, type: AnyType, compile: Compile, step = "[]"): DecodeOp {
  try {
    return compile(state, id, type);
  } catch (error) {
    throw addPath(error, step);
  }
}

/** Reads `count` elements. The count reserves no memory, since the peer may lie about it. */
function decodeElems(state: DecodeState, count: number, decode: DecodeOp, previous?: readonly unknown[]): unknown[] {
  state.enter();
  state.charge(arrayBytes(count));
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

export function decodeSlice(state: DecodeState, elem: number, node: SliceNode, compile: Compile): DecodeOp {
  const decode = compileElem(state, elem, node.elem, compile);
  return (at) => decodeElems(at, at.count(), decode);
}

export function decodeArray(state: DecodeState, elem: number, node: ArrayNode, compile: Compile): DecodeOp {
  const decode = compileElem(state, elem, node.elem, compile);
  return (at, previous) => decodeElems(at, checkLength(at.count(), node.length), decode, previous);
}

export function decodeMap(
  state: DecodeState,
  sent: Extract<SentType, { kind: "map" }>,
  node: MapNode,
  compile: Compile,
): DecodeOp {
  const decodeKey = compileElem(state, sent.key, node.key, compile, "[key]");
  const decodeValue = compileElem(state, sent.elem, node.elem, compile);
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

/** Reads a count, and as many entries. */
export function readEntries(
  state: DecodeState,
  decodeKey: DecodeOp,
  decodeValue: DecodeOp,
  set: (key: unknown, value: unknown) => void,
): void {
  const count = state.count();
  state.enter();
  state.charge(bytesOf.map + count * bytesOf.mapEntry);
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

/** Sets a property named by the peer as an own one, even if it is called `__proto__`. */
export function setOwn(object: Record<string, unknown>, key: string, value: unknown): void {
  if (key === "__proto__") {
    Object.defineProperty(object, key, { value, configurable: true, enumerable: true, writable: true });
  } else object[key] = value;
}
