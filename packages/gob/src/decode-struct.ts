import { compileDecode, type DecodeOp } from "./decode.js";
import type { DecodeState } from "./decode-state.js";
import { addPath } from "./errors.js";
import { resolve } from "./resolve.js";
import type { Field, StructNode } from "./schema.js";
import type { SentStruct } from "./sent-type.js";
import { accessStruct, type StructAccess, type Values } from "./struct-access.js";
import { noField, skip } from "./walk.js";
import { weigh } from "./weight.js";
import { sharedZero, zero } from "./zero.js";

/** What to do with a sent field. */
interface FieldPlan {
  readonly key: string;
  /** Its position in the wanted struct. */
  readonly index: number;
  readonly decode: DecodeOp;
  /** Whether it goes into what is there already. */
  readonly merge: boolean;
}

/** Fields find one another by name: what is not wanted is stepped over, what was not sent is zero. */
export function decodeStruct(state: DecodeState, sent: SentStruct, node: StructNode): DecodeOp {
  const plan = planFields(state, sent, node.fields());
  const access = accessStruct(node);
  const weight = weigh(node);
  const ownZeros = node
    .fields()
    .map(({ type }, index) => ({ type, index }))
    .filter(({ type }) => sharedZero(type) === undefined);

  return (at, previous?: Values) => {
    at.enter();
    at.charge(weight);
    const values = previous ?? access.create();
    decodeFields(at, sent, plan, access, values);
    for (const { type, index } of ownZeros) {
      if (access.get(values, index) === undefined) access.set(values, index, zero(type));
    }
    at.leave();
    return values;
  };
}

/** The plans of the sent fields, by their numbers; none for those that are stepped over. */
function planFields(state: DecodeState, sent: SentStruct, fields: readonly Field[]): (FieldPlan | undefined)[] {
  const plan: (FieldPlan | undefined)[] = [];
  for (const [index, { key, name, type }] of fields.entries()) {
    const number = sent.numbers.get(name);
    if (number === undefined) continue;
    while (plan.length <= number) plan.push(undefined);
    const { kind } = resolve(type);
    try {
      const decode = compileDecode(state, sent.fields[number]!.id, type);
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

/** Go takes structs without a common field for a mistake, unless one has no fields at all. */
export function noCommonFields(sent: SentStruct, node: StructNode): boolean {
  const fields = node.fields();
  return sent.fields.length > 0 && fields.length > 0 && !fields.some((field) => sent.numbers.has(field.name));
}
