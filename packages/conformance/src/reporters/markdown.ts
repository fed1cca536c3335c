import { addressOf } from "../rules.js";
import type { Report } from "../run/result.js";
import { describeTotals } from "./totals.js";

/** A table of what did not pass, for a page or the summary of a CI job. */
export function markdownReport(report: Report): string {
  const rows = report.results
    .filter(({ outcome }) => outcome !== "passed" && outcome !== "not applicable")
    .map(({ rule, outcome, known, expected, actual, reason }) => {
      const text = reason?.split("\n")[0] ?? `expected ${expected}; ${actual}`;
      return `| [${rule.id}](${addressOf(rule)}) | ${rule.level} | ${outcome}${known ? " (known)" : ""} | ${cell(text)} |`;
    });
  const table =
    rows.length > 0 ? `| rule | level | outcome | what |\n| --- | --- | --- | --- |\n${rows.join("\n")}\n\n` : "";
  const stale = report.stale.map((id) => `${id} passes now: take it out of the baseline.\n\n`).join("");
  return `### \`${report.subject}\`: ${report.ok ? "passed" : "failed"}\n\n${table}${stale}${describeTotals(report)}\n`;
}

const cell = (text: string) =>
  text
    .replaceAll("|", "\\|")
    .replaceAll("\n", " ")
    .replace(/[<>]/g, (c) => `&#${c.charCodeAt(0)};`);
