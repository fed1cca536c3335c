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
