import { type SpawnSyncOptions, spawnSync } from "node:child_process";
import { existsSync } from "node:fs";
import { root } from "./requirements.mjs";

/**
 * The environment without certificates that some versions of Node read at every start, which costs more than the rest
 * of a start. The benchmark measures many starts.
 */
export function environmentForStarts(): NodeJS.ProcessEnv {
  const { NODE_EXTRA_CA_CERTS: _, NODE_OPTIONS: __, ...env } = process.env;
  return env;
}

/**
 * Runs a command at the top of the repository and prints how long it took. This process exits with its exit code when
 * it fails. With `quiet`, the output is shown only then.
 */
export function run(
  title: string,
  command: string,
  args: readonly string[],
  { quiet = false, ...options }: SpawnSyncOptions & { readonly quiet?: boolean } = {},
): void {
  process.stdout.write(`\n── ${title}\n`);
  const started = performance.now();
  const { status, error, signal, stdout, stderr } = spawnSync(command, args, {
    cwd: root,
    stdio: quiet ? ["inherit", "pipe", "pipe"] : "inherit",
    maxBuffer: 1 << 26,
    ...options,
  });
  if (status !== 0) {
    const reason = error?.message ?? `exit code ${status ?? signal}`;
    process.stderr.write(`${stdout ?? ""}${stderr ?? ""}\n${title} failed: ${command} ${args.join(" ")}: ${reason}\n`);
    process.exit(status || 1);
  }
  process.stdout.write(`   ${((performance.now() - started) / 1000).toFixed(1)} s\n`);
}

/** Runs `npm run <script>`, quietly. */
export function runScript(script: string, ...args: string[]): void {
  run(script, "npm", ["run", "--silent", script, "--", ...args], { quiet: true, shell: process.platform === "win32" });
}

/** The folder of another version's `node`, which is installed on first use. */
export function otherNode(version: string): string {
  const directory = `${root}.build/node-${version}`;
  const name = `node-${process.platform}-${process.arch}`;
  const binaries = `${directory}/node_modules/${name}/bin`;
  if (!existsSync(binaries)) {
    const args = ["install", "--no-save", "--no-package-lock", "--prefix", directory, `${name}@${version}`];
    run(`install Node ${version}`, "npm", args);
  }
  return binaries;
}

const otherRuntimes = {
  bun: { version: "1.4.5", program: "bun/bin/bun.exe" },
  deno: { version: "2.9.6", program: "deno/deno" },
} as const;

/** The path of Bun or Deno, which is installed from npm on first use. */
export function otherRuntime(name: keyof typeof otherRuntimes): string {
  const { version, program } = otherRuntimes[name];
  const directory = `${root}.build/${name}-${version}`;
  const path = `${directory}/node_modules/${program}`;
  if (!existsSync(path)) {
    const args = ["install", "--no-save", "--no-package-lock", "--prefix", directory, `${name}@${version}`];
    run(`install ${name} ${version}`, "npm", args);
  }
  return path;
}
