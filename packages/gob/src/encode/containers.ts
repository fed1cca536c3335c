import { addPath, entryStep } from "../error-path.js";
import { GobEncodeError } from "../errors.js";
import { describe } from "../schema/describe.js";
import { isNilUnsendable } from "../schema/resolve.js";
import type { AnyType, ArrayNode, MapNode, SliceNode } from "../schema/schema.js";
import { fail } from "./scalars.js";
import type { Compile, EncodeOp, EncodeState } from "./state.js";

/** Encodes an element. gob can leave out a nil pointer in a struct, but not among elements. */
function compileElem(type: AnyType, compile: Compile): EncodeOp {
  const encode = compile(type);
  if (!isNilUnsendable(type)) return encode;
  return (state, value) => {
    if (value === null || value === undefined) {
      throw new GobEncodeError(
        `gob cannot send a nil ${describe(type)} in a slice, array or map; leave the element out`,
        {
          wanted: describe(type),
        },
      );
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

export function encodeSlice(node: SliceNode, compile: Compile): EncodeOp {
  let encode: EncodeOp | undefined;
  return (state, value) => {
    // A nil slice is an empty one on the wire.
    if (value === null || value === undefined) {
      state.byte(0);
      return;
    }
    if (!Array.isArray(value)) fail(value, "an array", describe(node));
    encode ??= compileElem(node.elem, compile);
    encodeElems(state, value, encode);
  };
}

export function encodeArray(node: ArrayNode, compile: Compile): EncodeOp {
  let encode: EncodeOp | undefined;
  return (state, value) => {
    if (!Array.isArray(value) || value.length !== node.length) {
      const got = Array.isArray(value) ? value.length : value;
      fail(got, `an array of ${node.length} elements`, describe(node));
    }
    encode ??= compileElem(node.elem, compile);
    encodeElems(state, value, encode);
  };
}

export function encodeMap(node: MapNode, compile: Compile): EncodeOp {
  let encodeKey: EncodeOp | undefined;
  let encodeValue: EncodeOp | undefined;
  const entriesOf = node.record ? recordEntries : mapEntries;
  return (state, value) => {
    if (value === null || value === undefined) {
      state.byte(0);
      return;
    }
    const entries = entriesOf(value, node);
    encodeKey ??= compileElem(node.key, compile);
    encodeValue ??= compileElem(node.elem, compile);
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
