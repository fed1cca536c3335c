import { describe } from "./describe.js";
import { compileEncode, type EncodeOp, type EncodeState } from "./encode.js";
import { marshalerIsZero } from "./encode-marshaler.js";
import { fail } from "./encode-scalars.js";
import { addPath } from "./errors.js";
import { isPointer, resolve } from "./resolve.js";
import type { Complex } from "./scalars.js";
import type { AnyType, BaseNode, StructNode } from "./schema.js";

/** Whether Go leaves out a field of this value. */
type OmitTest = (value: unknown) => boolean;

interface FieldPlan {
  readonly key: string;
  readonly omit: OmitTest;
  readonly encode: EncodeOp;
}

/** `{ Field value }* 0`, where Field is how many fields further it is than the one before. */
export function encodeStruct(node: StructNode): EncodeOp {
  let plan: FieldPlan[] | undefined;
  return (state, value) => {
    if (typeof value !== "object" || value === null) fail(value, "an object", describe(node));
    plan ??= node.fields().map((field) => ({
      key: field.key,
      omit: omitTest(field.type),
      encode: compileEncode(field.type),
    }));
    encodeFields(state, plan, value);
  };
}

function encodeFields(state: EncodeState, plan: readonly FieldPlan[], value: Record<string, unknown>): void {
  state.enter();
  let last = -1;
  let index = 0;
  try {
    for (; index < plan.length; index++) {
      const field = plan[index]!;
      const of = value[field.key];
      if (of === undefined || field.omit(of)) continue;
      state.uint(index - last);
      last = index;
      field.encode(state, of);
    }
  } catch (error) {
    throw addPath(error, `.${plan[index]!.key}`);
  }
  state.byte(0);
  state.depth--;
}

function omitTest(type: AnyType): OmitTest {
  const node = resolve(type);
  const isZero = zeroTest(node);
  if (!isPointer(type)) return isZero;
  // A marshaler behind a pointer is sent whatever it holds; of the others gob sees only what is pointed to.
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
      return node.raw ? isEmpty : (value) => value === "";
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
