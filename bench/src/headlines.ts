import { goTs, stockGo, tsGo } from "./entries.js";
import type { Line } from "./run-row.js";

const rows = new Set([
  "launch",
  "unary",
  "inflight",
  "download",
  "download-large",
  "upload-large",
  "bidi",
  "bidi-inflight",
  "netrpc",
  "netrpc-inflight",
  "netrpc-payload",
]);

/** The first line of each row that a reader looks for first. */
export function headlines(lines: readonly Line[]): Line[] {
  return lines.filter((line, index) => rows.has(line.row) && lines[index - 1]?.row !== line.row);
}

/** How fast a column is, where the row's base is 1; more is faster, whatever is measured. */
export function speed({ better, cells }: Line, column: string): number | undefined {
  const ratio = cells.find((cell) => cell.column === column)?.ratio?.median;
  if (ratio === undefined) return undefined;
  return Math.round((better === "lower" ? 1 / ratio : ratio) * 100) / 100;
}

/** The headlines as a Markdown table of speeds. */
export function formatHeadlines(lines: readonly Line[]): string {
  const columns = [tsGo, goTs, stockGo];
  const body = headlines(lines).map((line) => [line.title, ...columns.map((column) => speed(line, column) ?? "")]);
  const table = [["speed, where Go → Go is 1", ...columns], ["---", "---", "---", "---"], ...body];
  return table.map((row) => `| ${row.join(" | ")} |\n`).join("");
}
