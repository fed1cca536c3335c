// @ts-check
// `node scripts/start.mjs <command>`: runs a command that a fresh clone may begin with. Checks Node and Go, installs the
// dependencies, and hands over to TypeScript, which Node.js 20 cannot run by itself.
import { spawnSync } from "node:child_process";
import process from "node:process";
import { cachesWithoutHome, findGo, isInstalled, nodeProblem, root } from "./requirements.mjs";

/** @type {Readonly<Record<string, { script: string, args?: readonly string[], goIsFor?: string }>>} */
const commands = {
  demo: { script: "demo/main.ts" },
  test: { script: "lanes/main.ts", args: ["test"], goIsFor: "the tests build and run HashiCorp's own Go programs" },
  ci: { script: "lanes/main.ts", args: ["ci"], goIsFor: "the tests build and run HashiCorp's own Go programs" },
  bench: { script: "bench.ts", goIsFor: "everything is measured beside Go" },
};

const [name = "", ...rest] = process.argv.slice(2);
const command = commands[name];
if (!command) fail(`expected one of ${Object.keys(commands).join(", ")}, got ${JSON.stringify(name)}.`);

const problem = nodeProblem(process.version);
if (problem) fail(problem);

const { goIsFor } = command;
const { missing } = goIsFor ? findGo() : { missing: undefined };
if (missing) {
  fail(`expected Go 1.24 or newer, but ${missing}: ${goIsFor}. Install Go from https://go.dev/dl and try again.`);
}

Object.assign(process.env, cachesWithoutHome());
if (!isInstalled(root)) {
  process.stdout.write("\n── npm ci: installs what package-lock.json names, once; half a minute or so\n");
  const help =
    "The dependencies come from the npm registry. Offline, or behind a proxy: `npm config get registry` and " +
    "`npm config get proxy` say what npm uses; `npm ci --offline` takes what its cache has.";
  run("npm", ["ci", "--no-audit", "--no-fund"], process.platform === "win32", help);
}
const { script, args = [] } = command;
run(process.execPath, ["--import", "tsx", `${root}scripts/${script}`, ...args, ...rest], false);

/**
 * Runs a program to its end; this process ends with its exit code if it fails.
 * @param {string} program
 * @param {readonly string[]} programArgs
 * @param {boolean} shell
 * @param {string} [help] what to do when it fails
 */
function run(program, programArgs, shell, help) {
  const { status, signal, error } = spawnSync(program, programArgs, { cwd: root, stdio: "inherit", shell });
  if (status === 0) return;
  if (error) process.stderr.write(`${program} could not be started: ${error.message}\n`);
  else if (signal) process.stderr.write(`${program} was ended by ${signal}\n`);
  if (help) process.stderr.write(`\nnpm run ${name}: ${program} ${programArgs.join(" ")} failed. ${help}\n`);
  process.exit(status || 1);
}

/**
 * @param {string} message
 * @returns {never}
 */
function fail(message) {
  process.stderr.write(`npm run ${name}: ${message}\n`);
  process.exit(1);
}
