import { addPath } from "../error-path.js";
import { describe } from "../schema/describe.js";
import { isPointer, resolve } from "../schema/resolve.js";
import type { Complex } from "../schema/scalars.js";
import type { AnyType, BaseNode, StructNode } from "../schema/schema.js";
import { accessStruct, type StructAccess, type Values } from "../schema/struct-access.js";
import { marshalerIsZero } from "./marshaler.js";
import { fail } from "./scalars.js";
import type { Compile, EncodeOp, EncodeState } from "./state.js";

/** Tells whether Go omits a field with this value. */
type OmitTest = (value: unknown) => boolean;

interface FieldPlan {
  readonly key: string;
  readonly omit: OmitTest;
  readonly encode: EncodeOp;
}

interface StructPlan {
  readonly fields: readonly FieldPlan[];
  readonly access: StructAccess;
}

/** Writes `{ delta value }* 0`, where delta is the distance to the field before. */
export function encodeStruct(node: StructNode, compile: Compile): EncodeOp {
  let plan: StructPlan | undefined;
  return (state, value) => {
    if (typeof value !== "object" || value === null) fail(value, "an object", describe(node));
    plan ??= planStruct(node, compile);
    encodeFields(state, plan, value);
  };
}

function planStruct(node: StructNode, compile: Compile): StructPlan {
  const fields = node.fields().map(({ key, type }) => ({ key, omit: omitTest(type), encode: compile(type) }));
  return { fields, access: accessStruct(node) };
}

function encodeFields(state: EncodeState, { fields, access }: StructPlan, values: Values): void {
  state.enter();
  let last = -1;
  let index = 0;
  try {
    for (; index < fields.length; index++) {
      const field = fields[index]!;
      const value = access.get(values, index);
      if (value === undefined || field.omit(value)) continue;
      state.uint(index - last);
      last = index;
      field.encode(state, value);
    }
  } catch (error) {
    throw addPath(error, `.${fields[index]!.key}`);
  }
  state.byte(0);
  state.depth--;
}

function omitTest(type: AnyType): OmitTest {
  const node = resolve(type);
  const isZero = zeroTest(node);
  if (!isPointer(type)) return isZero;
  // gob sends a marshaler behind a pointer whatever it holds. Of other types it sees only the value pointed to.
  return node.kind === "marshaler" ? isNull : (value) => value === null || isZero(value);
}

function zeroTest(node: BaseNode): OmitTest {
  switch (node.kind) {
    case "bool":
      return (value) => value === false;
    case "int":
    case "uint":
      return (value) => value === 0 || value === 0n;
    case "float":
      return (value) => value === 0;
    case "complex":
      return (value) => (value as Complex | null)?.real === 0 && (value as Complex).imag === 0;
    case "string":
      return node.form === "bytes" ? isEmpty : (value) => value === "";
    case "bytes":
    case "slice":
      return (value) => value === null || isEmpty(value);
    case "map":
    case "interface":
      return isNull;
    case "marshaler":
      return node.codec.isZero === undefined ? never : marshalerIsZero(node.codec);
    default:
      return never;
  }
}

const never: OmitTest = () => false;
const isNull: OmitTest = (value) => value === null;
const isEmpty: OmitTest = (value) => (value as ArrayLike<unknown> | null)?.length === 0;
