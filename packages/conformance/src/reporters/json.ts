import { addressOf } from "../rules.js";
import type { Report } from "../run/result.js";

/**
 * One JSON object: `subject`, `kind`, `ok`, `stale`, and `results` with the rule's id, level and address.
 *
 * @example
 * ```ts
 * writeFileSync("go-plugin.json", jsonReport(report));
 * writeFileSync("go-plugin.xml", junitReport(report));
 * writeFileSync("go-plugin.md", markdownReport(report));
 * writeFileSync("badge.json", badgeReport(report));
 * ```
 */
export function jsonReport({ results, ...report }: Report): string {
  const flat = results.map(({ rule, ...result }) => ({
    id: rule.id,
    level: rule.level,
    rule: rule.text,
    address: addressOf(rule),
    ...result,
  }));
  return `${JSON.stringify({ ...report, results: flat }, null, 2)}\n`;
}
