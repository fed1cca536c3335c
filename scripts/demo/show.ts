import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Call, Pair, Program } from "./pairs.js";

/** Runs a pair and shows its output. Throws when the output differs from the expected one. */
export function show({ title, host, plugin, calls }: Pair, number: number): void {
  process.stdout.write(heading({ title, host, plugin, calls }, number));
  const cwd = mkdtempSync(join(tmpdir(), "demo-"));
  try {
    for (const call of calls) showCall(host, plugin, call, cwd);
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

function showCall(host: Program, plugin: Program, call: Call, cwd: string): void {
  const { args, shown = ` ${args.join(" ")}`, stdout, stderr } = call;
  process.stdout.write(`   $ host${shown}\n`);
  const [command, ...first] = host.command;
  // Both KV hosts pass KV_PLUGIN to a shell.
  const env = { ...process.env, KV_PROTO: "grpc", KV_PLUGIN: `"${plugin.command[0]}"` };
  const ran = spawnSync(command, [...first, ...args], { cwd, env, encoding: "utf8", timeout: 60_000 });
  const isAsExpected = ran.status === 0 && ran.stdout === stdout && (host.hideStderr || ran.stderr === stderr);
  const hideStderr = host.hideStderr && isAsExpected;
  process.stdout.write(quote("plugin", hideStderr ? "" : ran.stderr) + quote("host", ran.stdout));
  if (isAsExpected) return;
  const expected = { exit: 0, stdout, stderr };
  const got = { exit: ran.status ?? ran.signal, stdout: ran.stdout, stderr: ran.stderr, error: ran.error?.message };
  throw new Error(`expected ${JSON.stringify(expected)}\n     got ${JSON.stringify(got)}`);
}

/** The lines before the calls of a pair. */
export function heading({ title, host, plugin }: Pair, number: number): string {
  return `\n${number}  ${title}\n\n   host    ${host.what}\n   plugin  ${plugin.what}\n\n`;
}

/** The lines of a call with the expected output. */
export function transcript({ host, calls }: Pair): string {
  const parts = calls.map(
    ({ args, shown = ` ${args.join(" ")}`, stdout, stderr }) =>
      `   $ host${shown}\n${quote("plugin", host.hideStderr ? "" : stderr)}${quote("host", stdout)}`,
  );
  return parts.join("");
}

/** Lines of a program's output, with its name in front. */
function quote(who: string, output: string | null) {
  const lines = (output ?? "").split("\n").slice(0, -1);
  return lines.map((line) => `     ${who.padStart(6)} │ ${line}\n`).join("");
}

export function showLeftOut(leftOut: readonly Pair[], why: string): void {
  process.stdout.write(
    `\nLeft out, because ${why} and Go programs are built with Go 1.24 or newer:\n\n` +
      leftOut.map(({ title }) => `   ${title}\n`).join("") +
      "\nInstall Go from https://go.dev/dl and run npm run demo again.\n",
  );
}
