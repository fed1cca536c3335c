import { execFile } from "node:child_process";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { fixture } from "@go-plugin/test/build-fixtures";
import { pluginRuntime } from "@go-plugin/test/runtime";
import type { Sandbox } from "@go-plugin/test/sandbox";
import { goProgram } from "../src/build-go.js";
import { runTypeScriptHost } from "./typescript-host.js";

export type Language = "Go" | "TypeScript";

export interface Plan {
  /** The versions that the host offers. @default [1] */
  readonly versions?: readonly number[];
  readonly steps: readonly string[];
  /** The plugin's environment. */
  readonly env?: NodeJS.ProcessEnv;
  /** A command that the plugin's command is appended to. @default none */
  readonly through?: readonly string[];
  /** The plugin in TypeScript. @default "plugin-on-command" */
  readonly fixture?: string;
}

export interface Output {
  readonly bytes: number;
  readonly sha256: string;
  /** The first KiB. */
  readonly start: string;
}

export type LogEntry = Readonly<Record<string, unknown>>;

export interface Result {
  readonly step: string;
  readonly value?: string;
  /** Those of calls begin with the status code. */
  readonly error?: string;
}

/** The report of a host: interop/programs/go-host, or its twin in typescript-host.ts. */
export interface Report {
  readonly results: readonly Result[];
  readonly exited: boolean;
  readonly exitCode: number;
  /** In Go's words. */
  readonly signal?: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly raw: string;
  readonly log: readonly LogEntry[];
}

export interface Run extends Report {
  readonly host: Language;
  readonly plugin: Language;
  /** Files that host and plugin have left behind. */
  readonly leftovers: readonly string[];
}

const languages: readonly Language[] = ["Go", "TypeScript"];

/**
 * Takes a plugin in each language through the same steps under a host in each language: first Go with Go, then the
 * other pairs.
 */
export async function runPairs(sandbox: Sandbox, plan: Plan): Promise<[reference: Run, ...Run[]]> {
  const pairs = languages.flatMap((host) => languages.map((plugin) => runPair(sandbox, host, plugin, plan)));
  return (await Promise.all(pairs)) as [Run, ...Run[]];
}

async function runPair(sandbox: Sandbox, host: Language, plugin: Language, plan: Plan): Promise<Run> {
  const directory = join(sandbox.directory, `${host}-${plugin}`);
  mkdirSync(directory);
  const own =
    plugin === "Go" ? [goProgram("go-plugin-twin")] : [...pluginRuntime, fixture(plan.fixture ?? "plugin-on-command")];
  const command = [...(plan.through ?? []), ...own];
  const env = { ...sandbox.env, TMPDIR: directory, ...plan.env };
  const report = await (host === "Go" ? runGoHost : runTypeScriptHost)(plan, command, env);
  const leftovers = readdirSync(directory);
  rmSync(directory, { recursive: true });
  return { host, plugin, ...report, leftovers };
}

/** Runs a plan with a plugin that `command` starts. */
export type RunHost = (plan: Plan, command: readonly string[], env: NodeJS.ProcessEnv) => Promise<Report>;

const runGoHost: RunHost = async ({ versions = [1], steps }, command, env) => {
  const args = [JSON.stringify({ versions, steps }), ...command];
  const options = { env: { ...process.env, ...env }, maxBuffer: 1 << 28 };
  const { stdout } = await promisify(execFile)(goProgram("go-host"), args, options);
  return JSON.parse(stdout);
};
