import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { fixture } from "@go-plugin/test/build-fixtures";
import type { Sandbox } from "@go-plugin/test/sandbox";
import { goProgram } from "../src/build-go.js";

export interface Plan {
  /** @default [1] */
  readonly versions?: readonly number[];
  readonly steps: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
}

interface Output {
  readonly bytes: number;
  readonly sha256: string;
  /** The first KiB. */
  readonly start: string;
}

export type LogEntry = Readonly<Record<string, unknown>>;

/** What interop/programs/go-host has seen. */
export interface Report {
  readonly results: readonly { readonly step: string; readonly value?: string; readonly error?: string }[];
  readonly exited: boolean;
  readonly exitCode: number;
  readonly signal?: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly raw: string;
  readonly log: readonly LogEntry[];
}

async function run(plan: Plan, command: readonly string[], env: NodeJS.ProcessEnv): Promise<Report> {
  const text = JSON.stringify({ versions: plan.versions ?? [1], steps: plan.steps });
  const { stdout } = await promisify(execFile)(goProgram("go-host"), [text, ...command], {
    env: { ...process.env, ...env, ...plan.env },
    maxBuffer: 1 << 28,
  });
  return JSON.parse(stdout);
}

/** Takes a plugin in Go and one in TypeScript through the same steps of the same host. */
export async function runGoHost(
  sandbox: Sandbox,
  plan: Plan,
  name = "plugin-on-command",
): Promise<{ readonly go: Report; readonly ours: Report }> {
  // A Go plugin that does not end by itself leaves its socket behind.
  const directory = mkdtempSync(join(tmpdir(), "go-twin-"));
  try {
    const go = await run(plan, [goProgram("go-plugin-twin")], { ...sandbox.env, TMPDIR: directory });
    const ours = await run(plan, [process.execPath, fixture(name)], sandbox.env);
    return { go, ours };
  } finally {
    rmSync(directory, { recursive: true });
  }
}
