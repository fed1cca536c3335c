// npm run bench [-- row…] [--mtls] [--multiplex] [--smoke] [--save]
import { parseArgs } from "node:util";
import { updatePage, writeReport } from "./report.js";
import { rows } from "./rows.js";
import { type Line, runRow, tryRow } from "./run-row.js";
import { formatTable } from "./table.js";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    mtls: { type: "boolean", default: false },
    multiplex: { type: "boolean", default: false },
    smoke: { type: "boolean", default: false },
    save: { type: "boolean", default: false },
  },
});

/** The rows whose names begin with one of the given words, with or without variants. */
const chosen = rows.filter(
  ({ name, smoke = true }) =>
    (positionals.length === 0 || positionals.some((word) => name === word || name.startsWith(`${word}-`))) &&
    (!values.mtls || name.endsWith("-mtls")) &&
    (!values.multiplex || name.endsWith("-multiplex")) &&
    (!values.smoke || smoke),
);
if (chosen.length === 0) {
  process.stderr.write(`no such row; there are: ${rows.map(({ name }) => name).join(", ")}\n`);
  process.exit(1);
}

const lines: Line[] = [];
for (const row of chosen) {
  const started = performance.now();
  lines.push(...(await (values.smoke ? tryRow(row) : runRow(row))));
  process.stderr.write(`${row.name} ${((performance.now() - started) / 1_000).toFixed(1)} s\n`);
}
writeReport(lines, values.save ? "docs" : "bench/.build");
if (!values.smoke) process.stdout.write(`\n${formatTable(lines)}`);
if (values.save) updatePage("docs/performance.md", formatTable(lines));
