// @ts-check
// The requirements of a clone, in JavaScript: this runs before the packages that run TypeScript are installed.
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, statSync } from "node:fs";
import { homedir } from "node:os";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));

/**
 * The reason why this Node cannot build and test the repository, if there is one. The packages themselves run on older
 * versions.
 * @param {string} version as in process.version
 */
export function nodeProblem(version) {
  const [major = 0, minor = 0] = version.slice(1).split(".").map(Number);
  if ((major === 20 && minor >= 19) || (major === 22 && minor >= 12) || major > 22) return undefined;
  return `expected Node.js 20.19, 22.12 or newer, got ${version}. Install it from https://nodejs.org and try again.`;
}

/**
 * The version of Go on the PATH if it can build the Go programs of this repository, else why not.
 * @returns {{ readonly version: string, readonly missing?: undefined } | { readonly missing: string, readonly version?: undefined }}
 */
export function findGo() {
  const { stdout, error } = spawnSync("go", ["env", "GOVERSION"], { encoding: "utf8" });
  if (error) return { missing: "no `go` command was found" };
  const [, major, minor] = /^go(\d+)\.(\d+)/.exec(stdout) ?? [];
  if (Number(major) > 1 || Number(minor) >= 24) return { version: stdout.trim() };
  return { missing: `\`go\` is ${stdout.trim() || "of an unknown version"}` };
}

/**
 * True when node_modules matches package-lock.json: npm writes its own copy of that file at the end of each install.
 * @param {string} directory
 */
export function isInstalled(directory) {
  const copy = `${directory}node_modules/.package-lock.json`;
  return existsSync(copy) && statSync(copy).mtimeMs >= statSync(`${directory}package-lock.json`).mtimeMs;
}

/**
 * Variables that keep the caches of npm and Go in the repository, if there is no home directory to write to.
 * @param {string} home
 * @param {NodeJS.ProcessEnv} env variables that are set stay as they are
 * @returns {NodeJS.ProcessEnv}
 */
export function cachesWithoutHome(home = homedir(), env = process.env) {
  if (isWritable(home)) return {};
  const folder = `${root}.build/caches`;
  const caches = { npm_config_cache: `${folder}/npm`, GOCACHE: `${folder}/go-build`, GOMODCACHE: `${folder}/go-mod` };
  return Object.fromEntries(Object.entries(caches).filter(([name]) => !env[name]));
}

/** @param {string} directory */
function isWritable(directory) {
  try {
    accessSync(directory, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
