import pc from "picocolors";
import { addressOf } from "../rules.js";
import type { CheckResult, Outcome, Report } from "../run/result.js";
import { describeTotals } from "./totals.js";

const marks: Record<Outcome, readonly [string, (text: string) => string]> = {
  passed: ["ok", pc.green],
  failed: ["FAIL", pc.red],
  warned: ["warn", pc.yellow],
  "not applicable": ["n/a", pc.dim],
  blocked: ["blocked", pc.magenta],
  error: ["ERROR", pc.red],
};

/** For people at a terminal: a line per rule, and under each failure what was expected, what came, and the trace. */
export function tableReport(report: Report): string {
  const lines = report.results.flatMap((result) => [headline(result), ...details(result)]);
  const stale = report.stale.map((id) => pc.red(`${id} passes now: take it out of the baseline`));
  return [...lines, "", ...stale, `${report.subject}: ${describeTotals(report)}`, ""].join("\n");
}

function headline({ rule, outcome, known, reason }: CheckResult): string {
  const [mark, color] = marks[outcome];
  const why = outcome === "not applicable" || outcome === "blocked" ? pc.dim(` (${reason})`) : "";
  return `${color(mark.padEnd(7))} ${rule.id.padEnd(8)} ${rule.level} ${rule.text}${known ? pc.dim(" (known)") : ""}${why}`;
}

function details({ rule, outcome, expected, actual, reason, trace }: CheckResult): string[] {
  if (outcome === "error") return [`        ${reason}`];
  if (outcome !== "failed" && outcome !== "warned") return [];
  return [
    `        expected: ${expected}`,
    `        came:     ${actual}`,
    `        why:      ${rule.why} (${addressOf(rule)})`,
    ...trace.map((line) => pc.dim(`          ${line}`)),
  ];
}
