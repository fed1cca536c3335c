import { record, slice } from "../schema/containers.js";
import { describe } from "../schema/describe.js";
import { interface as interfaceType } from "../schema/interface.js";
import { resolve } from "../schema/resolve.js";
import * as scalars from "../schema/scalars.js";
import type { AnyType, BaseNode } from "../schema/schema.js";
import { time } from "../schema/time.js";

/** The types that Go registers itself, and the three that plain JavaScript values need. */
export const builtinTypes = new Map<string, AnyType>();
export const builtinNames = new Map<BaseNode, string>();

function register(name: string, type: AnyType): void {
  builtinTypes.set(name, type);
  builtinNames.set(resolve(type), name);
}

for (const type of [
  scalars.bool,
  scalars.string,
  scalars.int,
  scalars.int8,
  scalars.int16,
  scalars.int32,
  scalars.int64,
  scalars.uint,
  scalars.uint8,
  scalars.uint16,
  scalars.uint32,
  scalars.uint64,
  scalars.uintptr,
  scalars.float32,
  scalars.float64,
  scalars.complex64,
  scalars.complex128,
]) {
  register(describe(type), type);
  register(`[]${describe(type)}`, slice<AnyType>(type));
}
register("time.Time", time);
register("[]interface {}", slice(interfaceType()));
register("map[string]interface {}", record(interfaceType()));
