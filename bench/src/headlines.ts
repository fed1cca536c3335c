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

/** The first lines of the most important rows. */
export function headlines(lines: readonly Line[]): Line[] {
  return lines.filter((line, index) => rows.has(line.row) && lines[index - 1]?.row !== line.row);
}

/** The speed of a column, where the row's base is 1. Higher is faster, whatever the unit. */
export function speed({ better, cells }: Line, column: string): number | undefined {
  const ratio = cells.find((cell) => cell.column === column)?.ratio?.median;
  if (ratio === undefined) return undefined;
  return Math.round((better === "lower" ? 1 / ratio : ratio) * 100) / 100;
}
