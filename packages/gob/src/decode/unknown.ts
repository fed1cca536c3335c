import { addPath } from "../error-path.js";
import { typeName } from "../schema/interface.js";
import { memo } from "../schema/memo.js";
import type { StringNode } from "../schema/schema.js";
import { wireId } from "../wire/ids.js";
import { checkLength, countExceedsInput, noField, undefinedType } from "./check.js";
import { readEntries, setOwn } from "./containers.js";
import { decodeInterface } from "./interface.js";
import { arrayBytes, bytesOf } from "./memory.js";
import { decodeBytes, decodeString } from "./scalars.js";
import type { SentStruct, SentType } from "./sent-type.js";
import type { DecodeOp, DecodeState } from "./state.js";

/**
 * A value of a type that encodes itself, decoded without a schema. `gob.inspect` and `gob.unknown` make it.
 */
export class Opaque {
  constructor(
    /** The Go method that made the bytes: GobEncode, MarshalBinary or MarshalText. */
    readonly format: "gob" | "binary" | "text",
    /** The name of the Go type, without its package. */
    readonly name: string,
    /** The bytes that the method returned. */
    readonly bytes: Uint8Array,
  ) {}
}

/** The function that decodes sent type `id` without a schema. The types inside it are looked up when a value arrives. */
export function compileUnknown(state: DecodeState, id: number): DecodeOp {
  return memo(state.compiledUnknown, id, () => build(state, id));
}

function build(state: DecodeState, id: number): DecodeOp {
  const bigint = state.settings.integers === "bigint";
  switch (id) {
    case wireId.bool:
      return (at) => at.bool();
    case wireId.int:
      return bigint ? (at) => at.bigInt() : (at) => toNumber(at.bigInt());
    case wireId.uint:
      return bigint ? (at) => at.bigUint() : (at) => toNumber(at.bigUint());
    case wireId.float:
      return (at) => at.float();
    case wireId.complex:
      return (at) => {
        at.charge(bytesOf.complex);
        return { real: at.float(), imag: at.float() };
      };
    case wireId.bytes:
      return decodeBytes;
    case wireId.string:
      return decodeString(stringForm(state));
    case wireId.interface:
      return decodeInterface({ kind: "interface", typed: false });
  }
  const sent = state.sentType(id);
  if (sent === undefined) throw undefinedType(state, id);
  return buildDefined(sent);
}

function stringForm({ settings }: DecodeState): StringNode["form"] {
  return settings.strings === "bytes" ? "bytes" : "strict";
}

function toNumber(value: bigint): number | bigint {
  const number = Number(value);
  return Number.isSafeInteger(number) ? number : value;
}

function buildDefined(sent: SentType): DecodeOp {
  switch (sent.kind) {
    case "slice":
      return (at) => readElems(at, at.count(), sent.elem);
    case "array":
      return (at) => readElems(at, checkLength(at.count(), sent.length), sent.elem);
    case "map":
      return (at) =>
        sent.key === wireId.string && at.settings.strings === "text"
          ? readObject(at, sent.elem)
          : readMap(at, sent.key, sent.elem);
    case "marshaler":
      return (at) => new Opaque(sent.format, sent.name, decodeBytes(at, undefined) as Uint8Array);
    case "struct":
      return (at) => readStruct(at, sent);
  }
}

function readElems(at: DecodeState, count: number, elem: number): unknown[] {
  at.enter();
  at.charge(arrayBytes(count));
  const values: unknown[] = [];
  try {
    const decode = count === 0 ? undefined : compileUnknown(at, elem);
    for (let index = 0; index < count; index++) {
      if (at.at >= at.end) throw countExceedsInput();
      values.push(decode!(at, undefined));
    }
  } catch (error) {
    throw addPath(error, `[${values.length}]`);
  }
  at.leave();
  return values;
}

function readObject(at: DecodeState, elem: number): Record<string, unknown> {
  const object = Object.create(null) as Record<string, unknown>;
  const read: DecodeOp = (state) => compileUnknown(state, elem)(state, undefined);
  readEntries(at, decodeString("strict"), read, (key, value) => setOwn(object, key as string, value));
  return object;
}

function readMap(at: DecodeState, key: number, elem: number): Map<unknown, unknown> {
  const map = new Map<unknown, unknown>();
  const readKey: DecodeOp = (state) => compileUnknown(state, key)(state, undefined);
  const readValue: DecodeOp = (state) => compileUnknown(state, elem)(state, undefined);
  readEntries(at, readKey, readValue, (key, value) => map.set(key, value));
  return map;
}

function readStruct(at: DecodeState, sent: SentStruct): Record<PropertyKey, unknown> {
  at.enter();
  at.charge(bytesOf.map);
  const values = Object.create(null) as Record<PropertyKey, unknown>;
  if (sent.name !== "") values[typeName] = sent.name;
  let number = -1;
  try {
    while (at.at < at.end) {
      const delta = at.count();
      if (delta === 0) break;
      number += delta;
      const field = sent.fields[number];
      if (field === undefined) throw noField(number, sent.fields.length);
      at.charge(bytesOf.mapEntry);
      setOwn(values as Record<string, unknown>, field.name, compileUnknown(at, field.id)(at, undefined));
    }
  } catch (error) {
    const field = sent.fields[number];
    throw field === undefined ? error : addPath(error, `.${field.name}`);
  }
  at.leave();
  return values;
}
