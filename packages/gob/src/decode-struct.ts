import { compileDecode, type DecodeOp } from "./decode.js";
import type { DecodeState } from "./decode-state.js";
import { addPath } from "./errors.js";
import type { Field, StructNode } from "./schema.js";
import type { SentStruct } from "./sent-type.js";
import { noField, skip } from "./walk.js";
import { weigh } from "./weight.js";
import { sharedZero, zero } from "./zero.js";

interface FieldPlan {
  readonly key: string;
  readonly decode: DecodeOp;
}

type Values = Record<string, unknown>;

/** Fields find one another by name: what is not wanted is stepped over, what was not sent is zero. */
export function decodeStruct(state: DecodeState, sent: SentStruct, node: StructNode): DecodeOp {
  const fields = node.fields();
  const plan = planFields(state, sent, fields);
  const template: Values = {};
  for (const { key, type } of fields) template[key] = sharedZero(type);
  const ownZeros = fields.filter(({ key }) => template[key] === undefined);
  const weight = weigh(node);

  return (at, previous?: Values) => {
    at.enter();
    at.charge(weight);
    const values = previous ?? { ...template };
    decodeFields(at, sent, plan, values);
    for (const { key, type } of ownZeros) {
      if (values[key] === undefined) values[key] = zero(type);
    }
    at.leave();
    return values;
  };
}

/** What to do with each sent field, by its number; nothing for those that are stepped over. */
function planFields(state: DecodeState, sent: SentStruct, fields: readonly Field[]): (FieldPlan | undefined)[] {
  const plan: (FieldPlan | undefined)[] = [];
  for (const { key, name, type } of fields) {
    const number = sent.numbers.get(name);
    if (number === undefined) continue;
    while (plan.length <= number) plan.push(undefined);
    try {
      plan[number] = { key, decode: compileDecode(state, sent.fields[number]!.id, type) };
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
  values: Values,
): void {
  let number = -1;
  try {
    while (at.at < at.end) {
      const delta = at.count();
      if (delta === 0) break;
      number += delta;
      const field = plan[number];
      if (field !== undefined) values[field.key] = field.decode(at, values[field.key] ?? undefined);
      else if (number < sent.fields.length) skip(at, sent.fields[number]!.id);
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
