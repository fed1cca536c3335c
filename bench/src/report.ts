import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { drawChart } from "./chart.js";
import type { Line } from "./run-row.js";
import { formatTable } from "./table.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Writes the results as JSON and as a chart into a folder of the repository. */
export function writeReport(lines: readonly Line[], folder: string): void {
  const machine = { node: process.version, cpu: cpus()[0]?.model, cpus: cpus().length, platform: process.platform };
  mkdirSync(root + folder, { recursive: true });
  writeFileSync(`${root}${folder}/performance.json`, `${JSON.stringify({ machine, lines }, null, 1)}\n`);
  writeFileSync(`${root}${folder}/performance.svg`, `${drawChart(lines)}\n`);
}

/** Puts the table into a page, between the comments that mark its place. */
export function updatePage(lines: readonly Line[], page: string): void {
  const text = readFileSync(root + page, "utf8");
  const table = /(<!-- results -->\n)[\s\S]*?(<!-- end of results -->)/;
  if (!table.test(text)) throw new Error(`${page} has no <!-- results --> … <!-- end of results -->`);
  writeFileSync(
    root + page,
    text.replace(table, (_, begin, end) => `${begin}\n${formatTable(lines)}\n${end}`),
  );
}
