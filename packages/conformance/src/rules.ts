import { rules as all } from "./gen/rules.js";
import type { Rule } from "./rule.js";

/** Every rule, in the order of the specification. */
export const rules: readonly Rule[] = all;

/**
 * @throws {Error} when there is no such rule.
 *
 * @example
 * ```ts
 * const rule = ruleOf("HS-1");
 * console.log(isMust(rule) ? "must" : "should", rule.text, addressOf(rule));
 * ```
 */
export function ruleOf(id: string): Rule {
  const rule = rules.find((rule) => rule.id === id);
  if (!rule) throw new Error(`expected the id of a rule, such as HS-1; there is no ${JSON.stringify(id)}`);
  return rule;
}

/** True if breaking the rule is a failure, and not a warning. */
export const isMust = ({ level }: Rule): boolean => level.startsWith("MUST");

/** Address of the rule's text. */
export const addressOf = ({ page, id }: Rule): string => `docs/protocol/${page}#${id.toLowerCase()}`;
