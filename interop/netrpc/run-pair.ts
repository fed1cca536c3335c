import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { fixture } from "@go-plugin/test/build-fixtures";
import { pluginRuntime } from "@go-plugin/test/runtime";
import { goProgram } from "../src/build-go.js";
import { type End, withHost } from "./host.js";
import { scenarios } from "./scenarios.js";

export type Language = "Go" | "TypeScript";
/** Host and plugin. */
export type Pair = readonly [Language, Language];

/** All pairs except Go with Go, which is the reference. */
export const pairs: readonly Pair[] = [
  ["TypeScript", "Go"],
  ["Go", "TypeScript"],
  ["TypeScript", "TypeScript"],
];

export interface Plan {
  readonly scenarios: readonly string[];
  /** Bytes to transfer. @default 16 MiB */
  readonly bytes?: number;
  readonly autoMtls?: boolean;
  /** Extra arguments of the plugin. */
  readonly args?: readonly string[];
}

export interface Run {
  /** The outcome of each scenario. */
  readonly outcomes: Readonly<Record<string, unknown>>;
  readonly end: End;
  /** Files that host and plugin have left behind. */
  readonly leftovers: readonly string[];
}

/** The command of the scenarios' plugin. */
export function pluginCommand(language: Language): [string, ...string[]] {
  return language === "Go" ? [goProgram("netrpc-plugin")] : [...pluginRuntime, fixture("netrpc-plugin")];
}

/** Runs scenarios on a new plugin, one after the other. */
export async function runPair([host, plugin]: Pair, plan: Plan): Promise<Run> {
  const directory = mkdtempSync(join(tmpdir(), "netrpc-"));
  const command = [...pluginCommand(plugin), ...(plan.args ?? [])] as [string, ...string[]];
  try {
    const run = await (host === "Go" ? runInGo : runInTypeScript)(command, plan, directory);
    return { ...run, leftovers: readdirSync(directory) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

const defaultBytes = 16 << 20;

type RunHost = (command: [string, ...string[]], plan: Plan, directory: string) => Promise<Omit<Run, "leftovers">>;

const runInGo: RunHost = (command, { scenarios, bytes = defaultBytes, autoMtls = false }, directory) =>
  runGoHost([`-auto-mtls=${autoMtls}`, `-bytes=${bytes}`, `-scenarios=${scenarios}`, ...command], {
    TMPDIR: directory,
  });

/** Runs the Go host of the scenarios. Throws if the host or a scenario does not finish. */
export async function runGoHost(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Omit<Run, "leftovers">> {
  const child = spawn(goProgram("netrpc-host"), args, {
    env: { ...process.env, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  if (code !== 0) throw new Error(`the Go host exited with ${code}: ${stderr}\n${stdout}`);
  const results = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as { scenario: string; outcome: unknown; failed?: string });
  const failed = results.find((result) => result.failed);
  if (failed) throw new Error(`${failed.scenario}: ${failed.failed}`);
  const { end, ...outcomes } = Object.fromEntries(results.map(({ scenario, outcome }) => [scenario, outcome]));
  return { outcomes, end: end as End };
}

const runInTypeScript: RunHost = async ([command, ...args], plan, directory) => {
  const options = { command, args, autoMtls: plan.autoMtls ?? false, env: { TMPDIR: directory } };
  const outcomes: Record<string, unknown> = {};
  const end = await withHost(options, plan.bytes ?? defaultBytes, async (host) => {
    for (const name of plan.scenarios) outcomes[name] = await scenarios[name]!(host);
  });
  return { outcomes, end };
};
