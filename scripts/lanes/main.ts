// `npm test [-- lane…]` and `.ci/run [lane…]`: runs the lanes side by side and shows the output of the lanes that
// failed.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { closeSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { root } from "../requirements.mjs";
import { type Lane, selectLanes } from "./lane.js";
import { ciLanes, testLanes } from "./lanes.js";
import { runFailedAgain, runLanes } from "./run-lanes.js";

const [suite, ...names] = process.argv.slice(2);
const lanes = selectLanes(suite === "ci" ? ciLanes : testLanes, names);
const logs = `${root}.build/lanes`;
const seconds = new Map<string, number>();

/** Runs a lane with its output in a file. Returns true when it passed. */
async function run({ name, command }: Lane): Promise<boolean> {
  process.stdout.write(`   … ${name}\n`);
  const started = performance.now();
  const log = openSync(`${logs}/${name}.log`, "w");
  // A directory of its own: tests look for files that others left in the temporary directory.
  const temporary = mkdtempSync(join(tmpdir(), "lane-"));
  try {
    const child = spawn(command, {
      shell: true,
      cwd: root,
      stdio: ["ignore", log, log],
      env: {
        ...process.env,
        PATH: `${join(root, "node_modules/.bin")}${delimiter}${process.env.PATH}`,
        TMPDIR: temporary,
        TEMP: temporary,
        TMP: temporary,
        // The lane "programs" has built the programs. They must not be rebuilt while others run them.
        PROGRAMS_ARE_BUILT: name === "programs" ? "" : "1",
        TURBO_TELEMETRY_DISABLED: "1",
        DO_NOT_TRACK: "1",
      },
    });
    const [code] = await once(child, "close");
    return report(name, code === 0, (performance.now() - started) / 1000);
  } finally {
    closeSync(log);
    rmSync(temporary, { recursive: true, force: true });
  }
}

function report(name: string, passed: boolean, took: number): boolean {
  seconds.set(name, took);
  process.stdout.write(`   ${passed ? "✓" : "✗"} ${name}  ${took.toFixed(1)} s\n`);
  if (!passed) process.stdout.write(`\n── ${name} failed\n\n${readFileSync(`${logs}/${name}.log`, "utf8")}\n`);
  return passed;
}

mkdirSync(logs, { recursive: true });
const started = performance.now();
const outcomes = new Map(await runLanes(lanes, availableParallelism(), run));
const unstable = suite === "ci" ? await runFailedAgain(lanes, outcomes, run) : [];

process.stdout.write("\n");
for (const [name, outcome] of outcomes) {
  process.stdout.write(`   ${outcome.padEnd(10)} ${(seconds.get(name) ?? 0).toFixed(1).padStart(7)} s  ${name}\n`);
}
if (unstable.length > 0) process.stdout.write(`\nUnstable, passed when run alone: ${unstable.join(", ")}\n`);
const failed = [...outcomes].filter(([, outcome]) => outcome === "failed").map(([name]) => name);
const took = `${((performance.now() - started) / 60_000).toFixed(1)} min`;
if (failed.length > 0) {
  process.stdout.write(
    `\nFailed: ${failed.join(", ")}. Their output is above and in .build/lanes; ` +
      `run one again with: npm ${suite === "ci" ? "run ci" : "test"} -- ${failed[0]}\n`,
  );
  process.exitCode = 1;
} else {
  process.stdout.write(`\nAll passed, in ${took}.\n`);
}
