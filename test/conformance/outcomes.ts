import type { Report, Rule } from "@go-plugin/conformance";

/** Ids of the rules whose checks ended so. */
export const withOutcome = (report: Report, ...outcomes: string[]): readonly string[] =>
  report.results.filter(({ outcome }) => outcomes.includes(outcome)).map(({ rule }) => rule.id);

/** Every check that did not pass, with what came, for the message of a failed test. */
export function describeFaults(report: Report): string {
  return report.results
    .filter(({ outcome }) => outcome !== "passed" && outcome !== "not applicable")
    .map(
      ({ rule, outcome, actual, reason, trace }) =>
        `${rule.id} ${outcome}: ${actual ?? reason}\n  ${trace.join("\n  ")}`,
    )
    .join("\n");
}

/** While working on a check: `CONFORMANCE_SCOPE=own npm run conformance` leaves the unrelated checks out. */
export const ownChecksOnly = process.env.CONFORMANCE_SCOPE === "own";

/** Ids of the rules that are said to be visible to `check` or `check-host`. */
export const seenBy = (rules: readonly Rule[], kind: Report["kind"]): readonly string[] =>
  rules.filter((rule) => rule.seenBy.includes(kind)).map(({ id }) => id);
