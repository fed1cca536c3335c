import { addPath } from "../error-path.js";
import { resolve } from "../schema/resolve.js";
import type { Field, StructNode } from "../schema/schema.js";
import { accessStruct, type StructAccess, type Values } from "../schema/struct-access.js";
import { sharedZero, zero } from "../schema/zero.js";
import { noField } from "./check.js";
import { zeroBytes } from "./memory.js";
import type { SentStruct } from "./sent-type.js";
import type { Compile, DecodeOp, DecodeState } from "./state.js";
import { skip } from "./walk.js";

/** The decoding of one sent field. */
interface FieldPlan {
  readonly key: string;
  /** Position in the wanted struct. */
  readonly index: number;
  readonly decode: DecodeOp;
  /** Decodes into the present value instead of replacing it. */
  readonly merge: boolean;
}

/** Fields match by name. Unwanted fields are skipped, and fields that were not sent are zero. */
export function decodeStruct(state: DecodeState, sent: SentStruct, node: StructNode, compile: Compile): DecodeOp {
  const plan = planFields(state, sent, node.fields(), compile);
  const access = accessStruct(node);
  const bytes = zeroBytes(node);
  const ownZeros = node
    .fields()
    .map(({ type }, index) => ({ type, index }))
    .filter(({ type }) => sharedZero(type) === undefined);

  return (at, previous?: Values) => {
    at.enter();
    at.charge(bytes);
    const values = previous ?? access.create();
    decodeFields(at, sent, plan, access, values);
    for (const { type, index } of ownZeros) {
      if (access.get(values, index) === undefined) access.set(values, index, zero(type));
    }
    at.leave();
    return values;
  };
}

/** The plans of the sent fields by their numbers, undefined for those to be skipped. */
function planFields(
  state: DecodeState,
  sent: SentStruct,
  fields: readonly Field[],
  compile: Compile,
): (FieldPlan | undefined)[] {
  const plan: (FieldPlan | undefined)[] = [];
  for (const [index, { key, name, type }] of fields.entries()) {
    const number = sent.numbers.get(name);
    if (number === undefined) continue;
    while (plan.length <= number) plan.push(undefined);
    const { kind } = resolve(type);
    try {
      const decode = compile(state, sent.fields[number]!.id, type);
      plan[number] = { key, index, decode, merge: kind === "struct" || kind === "map" || kind === "array" };
    } catch (error) {
      throw addPath(error, `.${name}`);
    }
  }
  return plan;
}

function decodeFields(
  at: DecodeState,
  sent: SentStruct,
  plan: readonly (FieldPlan | undefined)[],
  access: StructAccess,
  values: Values,
): void {
  let number = -1;
  try {
    while (at.at < at.end) {
      const delta = at.count();
      if (delta === 0) break;
      number += delta;
      const field = plan[number];
      if (field !== undefined) {
        const previous = field.merge ? (access.get(values, field.index) ?? undefined) : undefined;
        access.set(values, field.index, field.decode(at, previous));
      } else if (number < sent.fields.length) skip(at, sent.fields[number]!.id);
      else throw noField(number, sent.fields.length);
    }
  } catch (error) {
    const field = sent.fields[number];
    throw field === undefined ? error : addPath(error, `.${plan[number]?.key ?? field.name}`);
  }
}

/** Go refuses structs that have no field in common, unless one of them has no fields at all. */
export function noCommonFields(sent: SentStruct, node: StructNode): boolean {
  const fields = node.fields();
  return sent.fields.length > 0 && fields.length > 0 && !fields.some((field) => sent.numbers.has(field.name));
}
