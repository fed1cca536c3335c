// What every command of a fresh clone needs first: a Node that is new enough, the dependencies, the build, Go.
import { execFile, spawnSync } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { availableParallelism } from "node:os";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * The environment without what Node would load at every start: some versions read these certificates before anything
 * else, which costs more than the rest of a start, and the tests and the benchmark start many processes.
 */
export function environmentForStarts() {
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, ...env } = process.env;
  return env;
}

const env = { ...process.env, TURBO_TELEMETRY_DISABLED: "1", DO_NOT_TRACK: "1" };

/**
 * Runs a command at the top of the repository; the process ends with its exit code if it fails.
 * With `quiet` its output is shown only then.
 */
export function run(title, command, args, { quiet = false, ...options } = {}) {
  process.stdout.write(`\n── ${title}\n`);
  const started = Date.now();
  const { status, error, signal, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    stdio: quiet ? ["inherit", "pipe", "pipe"] : "inherit",
    maxBuffer: 1 << 26,
    env,
    ...options,
  });
  if (status !== 0) {
    process.stderr.write(
      `${stdout ?? ""}${stderr ?? ""}\n${title} failed: ${command} ${args.join(" ")}: ${error?.message ?? `exit code ${status ?? signal}`}\n`,
    );
    process.exit(status || 1);
  }
  process.stdout.write(`   ${((Date.now() - started) / 1000).toFixed(1)} s\n`);
}

/** Runs checks, each a title and the arguments of this Node, as many at once as there are cores; ends with the first that fails. */
export async function runTogether(checks) {
  const left = [...checks];
  const runNext = async () => {
    for (let check = left.shift(); check; check = left.shift()) await runQuietly(...check);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, runNext));
}

function runQuietly(title, args) {
  const started = Date.now();
  return new Promise((resolve) => {
    execFile(process.execPath, args, { cwd: root, maxBuffer: 1 << 26, env }, (error, stdout, stderr) => {
      process.stdout.write(`\n── ${title}\n${error ? "" : `   ${((Date.now() - started) / 1000).toFixed(1)} s\n`}`);
      if (!error) return resolve();
      const failure = `${stdout}${stderr}\n${title} failed: node ${args.join(" ")}: exit code ${error.code}\n`;
      process.stderr.write(failure, () => process.exit(1));
    });
  });
}

/** Path of a dependency's command, to be run by this Node. */
export const bin = (name) => `${root}node_modules/${name}`;

/** The packages themselves run on older ones; what builds and tests them does not. */
export function requireNode() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22) return;
  process.stderr.write(`Node.js 20.19, 22.12 or newer is needed, this is ${process.version}.\n`);
  process.exit(1);
}

/** The folder of another version's `node`, which is installed at its first use. */
export function otherNode(version) {
  const directory = `${root}.build/node-${version}`;
  const name = `node-${process.platform}-${process.arch}`;
  const binaries = `${directory}/node_modules/${name}/bin`;
  if (!existsSync(binaries)) {
    const args = ["install", "--no-save", "--no-package-lock", "--prefix", directory, `${name}@${version}`];
    run(`install Node ${version}`, "npm", args);
  }
  return binaries;
}

/** The version of Go on the PATH if it is new enough for the interop programs, else why not. */
export function findGo() {
  const { stdout, error } = spawnSync("go", ["env", "GOVERSION"], { encoding: "utf8" });
  if (error) return { missing: "no `go` command was found" };
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(stdout) ?? [];
  if (Number(major) > 1 || Number(minor) >= 24) return { version: stdout.trim() };
  return { missing: `\`go\` is ${stdout.trim() || "of an unknown version"}` };
}

/**
 * Installs what package-lock.json names, unless that has been done. Not by `npm ci`: it refuses a lock file that does
 * not name the builds of optional dependencies for every platform. This installs the same versions and writes none.
 */
export function install() {
  const done = `${root}node_modules/.package-lock.json`;
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(`${root}package-lock.json`).mtimeMs) return;
  const args = ["install", "--no-save", "--no-audit", "--no-fund"];
  run("install", "npm", args, { quiet: true, shell: process.platform === "win32" });
}

export function build() {
  run("build", process.execPath, [bin("turbo/bin/turbo"), "run", "build", "--output-logs=errors-only"], {
    quiet: true,
  });
}
