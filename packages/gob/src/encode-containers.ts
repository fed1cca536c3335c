import { describe } from "./describe.js";
import { compileEncode, type EncodeOp, type EncodeState } from "./encode.js";
import { fail } from "./encode-scalars.js";
import { addPath, entryStep, GobEncodeError } from "./errors.js";
import { isNilUnsendable } from "./resolve.js";
import type { AnyType, ArrayNode, MapNode, SliceNode } from "./schema.js";

/** Writes an element, of which none can be left out: gob has no form for a nil pointer among others. */
function compileElem(type: AnyType): EncodeOp {
  const encode = compileEncode(type);
  if (!isNilUnsendable(type)) return encode;
  return (state, value) => {
    if (value === null || value === undefined) {
      throw new GobEncodeError(`gob cannot send a nil ${describe(type)} in a slice, array or map`, {
        wanted: describe(type),
      });
    }
    encode(state, value);
  };
}

function encodeElems(state: EncodeState, values: readonly unknown[], encode: EncodeOp): void {
  state.enter();
  state.uint(values.length);
  let index = 0;
  try {
    for (; index < values.length; index++) encode(state, values[index]);
  } catch (error) {
    throw addPath(error, `[${index}]`);
  }
  state.depth--;
}

export function encodeSlice(node: SliceNode): EncodeOp {
  let encode: EncodeOp | undefined;
  return (state, value) => {
    // nil is a slice too.
    if (value === null || value === undefined) {
      state.byte(0);
      return;
    }
    if (!Array.isArray(value)) fail(value, "an array", describe(node));
    encode ??= compileElem(node.elem);
    encodeElems(state, value, encode);
  };
}

export function encodeArray(node: ArrayNode): EncodeOp {
  let encode: EncodeOp | undefined;
  return (state, value) => {
    if (!Array.isArray(value) || value.length !== node.length) {
      const got = Array.isArray(value) ? value.length : value;
      fail(got, `an array of ${node.length}`, describe(node));
    }
    encode ??= compileElem(node.elem);
    encodeElems(state, value, encode);
  };
}

export function encodeMap(node: MapNode): EncodeOp {
  let encodeKey: EncodeOp | undefined;
  let encodeValue: EncodeOp | undefined;
  const entriesOf = node.record ? recordEntries : mapEntries;
  return (state, value) => {
    if (value === null || value === undefined) {
      state.byte(0);
      return;
    }
    const entries = entriesOf(value, node);
    encodeKey ??= compileElem(node.key);
    encodeValue ??= compileElem(node.elem);
    state.enter();
    let current: unknown;
    let count = 0;
    try {
      state.uint(entries.size);
      for (const [key, elem] of entries.pairs) {
        current = key;
        count++;
        encodeKey(state, key);
        encodeValue(state, elem);
      }
    } catch (error) {
      throw count === 0 ? error : addPath(error, entryStep(current));
    }
    state.depth--;
  };
}

interface Entries {
  readonly size: number;
  readonly pairs: Iterable<readonly [unknown, unknown]>;
}

function mapEntries(value: unknown, node: MapNode): Entries {
  if (!(value instanceof Map)) fail(value, "a Map", describe(node));
  return { size: value.size, pairs: value };
}

function recordEntries(value: unknown, node: MapNode): Entries {
  if (value instanceof Map) return mapEntries(value, node);
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    fail(value, "an object", describe(node));
  }
  const pairs = Object.entries(value);
  return { size: pairs.length, pairs };
}
