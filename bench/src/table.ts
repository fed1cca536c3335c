import type { Cell, Line } from "./run-row.js";

/** Formats the lines as a Markdown table that is readable in a terminal too. */
export function formatTable(lines: readonly Line[]): string {
  const columns = [...new Set(lines.flatMap(({ cells }) => cells.map(({ column }) => column)))];
  const table = [
    ["", "unit", ...columns],
    ...lines.map((line) => [
      line.title,
      line.unit,
      ...columns.map((column) => {
        const cell = line.cells.find((candidate) => candidate.column === column);
        return cell ? formatCell(line, cell) : "";
      }),
    ]),
  ];
  const widths = table[0]!.map((_, index) => Math.max(...table.map((row) => row[index]!.length)));
  const format = (row: readonly string[]) =>
    `| ${row.map((text, index) => text.padEnd(widths[index]!)).join(" | ")} |\n`;
  const [head, ...body] = table;
  return format(head!) + format(widths.map((width) => "-".repeat(width))) + body.map(format).join("");
}

/** Formats the value, then in bold the ratio with its spread, and whether it meets the target. */
function formatCell(line: Line, { column, value, ratio }: Cell): string {
  const target = line.targets[column];
  const judged = line.absolute ? value : ratio;
  const mark =
    target === undefined || !judged ? "" : meets(line, judged.median, target) ? " ✓" : ` ✗ ${limit(line, target)}`;
  const shown = formatNumber(value.median);
  return ratio && !line.absolute
    ? `${shown} **×${formatNumber(ratio.median)}** ±${Math.round(ratio.spread * 100)} %${mark}`
    : `${shown}${mark}`;
}

export function meets({ better }: Line, measured: number, target: number): boolean {
  return better === "lower" ? measured <= target : measured >= target;
}

function limit({ better }: Line, target: number): string {
  return `${better === "lower" ? "≤" : "≥"} ${target}`;
}

function formatNumber(value: number): string {
  if (value >= 100) return value.toFixed(0);
  return value >= 10 ? value.toFixed(1) : value.toFixed(2);
}
