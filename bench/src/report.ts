import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { fileURLToPath } from "node:url";
import { drawChart } from "./chart.js";
import type { Line } from "./run-row.js";

const root = fileURLToPath(new URL("../../../", import.meta.url));

/** Writes the results into a folder of the repository, as JSON and as a chart. */
export function writeReport(lines: readonly Line[], folder: string): void {
  const machine = { node: process.version, cpu: cpus()[0]?.model, cpus: cpus().length, platform: process.platform };
  mkdirSync(root + folder, { recursive: true });
  writeFileSync(`${root}${folder}/performance.json`, `${JSON.stringify({ machine, lines }, null, 1)}\n`);
  writeFileSync(`${root}${folder}/performance.svg`, `${drawChart(lines)}\n`);
}

/** Replaces the table on a page, between the comments that mark its place. */
export function updatePage(page: string, table: string): void {
  const text = readFileSync(root + page, "utf8");
  const place = /(<!-- results -->\n)[\s\S]*?(<!-- end of results -->)/;
  if (!place.test(text)) throw new Error(`${page} has no <!-- results --> … <!-- end of results -->`);
  writeFileSync(
    root + page,
    text.replace(place, (_, begin, end) => `${begin}\n${table}\n${end}`),
  );
}
