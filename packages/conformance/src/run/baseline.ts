import { ruleOf } from "../rules.js";

/** Ids of rules that are known to be broken. */
export type Baseline = ReadonlySet<string>;

/**
 * Reads a baseline: one id per line, with anything behind it as the reason; `#` begins a comment.
 *
 * @throws {Error} when a line names no rule.
 *
 * @example
 * ```ts
 * const baseline = parseBaseline("HS-3 the certificate is not checked yet");
 * ```
 */
export function parseBaseline(text: string): Baseline {
  const ids = text
    .split("\n")
    .map((line) => line.replace(/#.*/, "").trim().split(/\s/)[0]!)
    .filter((id) => id !== "");
  for (const id of ids) ruleOf(id);
  return new Set(ids);
}
