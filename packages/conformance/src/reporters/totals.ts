import type { Outcome, Report } from "../run/result.js";

/** The number of checks by outcome, most important first. Outcomes that no check has are left out. */
export function totals({ results }: Report): readonly (readonly [Outcome, number])[] {
  const outcomes: readonly Outcome[] = ["failed", "error", "warned", "blocked", "passed", "not applicable"];
  const count = (outcome: Outcome) => results.filter((result) => result.outcome === outcome).length;
  return outcomes.map((outcome) => [outcome, count(outcome)] as const).filter(([, number]) => number > 0);
}

export const describeTotals = (report: Report): string =>
  totals(report)
    .map(([outcome, number]) => `${number} ${outcome}`)
    .join(", ");
