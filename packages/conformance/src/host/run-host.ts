import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import type { Observation, PluginPlan } from "../peer/plan.js";
import { isAlive, kill } from "../processes.js";
import type { Trace } from "../run/trace.js";
import { after } from "../wire/grpc-client.js";
import type { HostSettings } from "./settings.js";

type Seen<Kind extends Observation["saw"]> = Extract<Observation, { saw: Kind }>;

/** The outcome of one run of the host. */
export interface HostRun {
  /** True if the host ended in time. */
  readonly ended: boolean;
  readonly code: number | null;
  /** The host's end, in words. */
  readonly end: string;
  readonly stdout: string;
  readonly stderr: string;
  readonly observations: readonly Observation[];
  readonly calls: readonly Seen<"call">[];
  readonly env: NodeJS.ProcessEnv;
  saw<Kind extends Observation["saw"]>(kind: Kind): readonly Seen<Kind>[];
  /** True if a plugin of the run was still there 3 s after the host's end. */
  readonly pluginLeft: boolean;
}

const main = fileURLToPath(
  new URL(import.meta.url.endsWith(".ts") ? "../../dist/peer/main.js" : "./peer/main.js", import.meta.url),
);

/** Runs the host with a plugin that does what the plan says. */
export async function runHost(
  settings: HostSettings,
  plan: PluginPlan,
  trace: Trace,
  env: NodeJS.ProcessEnv = {},
): Promise<HostRun> {
  const directory = realpathSync(mkdtempSync(join(tmpdir(), "gph-")));
  const observed = join(directory, "observed.jsonl");
  const grpc = { lateHeaders: false, ...(settings.echo && { echo: settings.echo }), ...plan.grpc };
  writeFileSync(join(directory, "plan.json"), JSON.stringify({ ...plan, grpc, observe: observed }));
  const plugin = join(directory, "plugin");
  const words = [process.execPath, main, join(directory, "plan.json")].map((word) => `'${word}'`);
  writeFileSync(plugin, `#!/bin/sh\nexec ${words.join(" ")}\n`, { mode: 0o755 });
  const read = (): Observation[] =>
    existsSync(observed)
      ? readFileSync(observed, "utf8")
          .trim()
          .split("\n")
          .map((line) => JSON.parse(line))
      : [];
  try {
    const outcome = await execute(settings, plugin, directory, env, trace);
    const observations = read();
    const pids = observations.flatMap((observation) => (observation.saw === "start" ? [observation.pid] : []));
    for (const observation of observations) trace.say(`plugin saw ${summary(observation)}`);
    for (const end = Date.now() + 3_000; pids.some(isAlive) && Date.now() < end; ) await after(50, undefined);
    return {
      ...outcome,
      observations,
      calls: observations.filter((observation) => observation.saw === "call"),
      env: observations.find((observation) => observation.saw === "start")?.env ?? {},
      saw: (kind) => observations.filter((observation) => observation.saw === kind) as never,
      pluginLeft: pids.some(isAlive),
    };
  } finally {
    for (const observation of read()) if ("pid" in observation) kill(observation.pid);
    rmSync(directory, { recursive: true, force: true });
  }
}

async function execute(
  settings: HostSettings,
  plugin: string,
  directory: string,
  env: NodeJS.ProcessEnv,
  trace: Trace,
) {
  const [command, ...args] = settings.command.map((word) => word.replaceAll("{plugin}", plugin));
  trace.say(`# start ${[command, ...args].join(" ")}`);
  const child = spawn(command!, args, {
    env: { ...process.env, TMPDIR: directory, ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const output = { stdout: "", stderr: "" };
  for (const name of ["stdout", "stderr"] as const) {
    child[name].on("data", (chunk) => {
      if (output[name].length < 1 << 20) output[name] += chunk;
    });
  }
  const exited = once(child, "exit");
  const exit = await Promise.race([exited, after(settings.timeoutMs, undefined)]);
  if (!exit) {
    child.kill("SIGKILL");
    await exited;
  }
  child.stdout.destroy();
  child.stderr.destroy();
  const [code, signal] = exit ?? [null, null];
  const end = exit
    ? signal
      ? `by ${signal}`
      : `with code ${code}`
    : `not at all within ${settings.timeoutMs / 1000} s`;
  trace.say(`# the host ended ${end}`);
  for (const line of output.stderr.trim().split("\n").slice(-10)) trace.say(`host's stderr: ${line}`);
  return { ended: exit !== undefined, code: code as number | null, end, ...output };
}

function summary(observation: Observation): string {
  if (observation.saw !== "start") return JSON.stringify(observation);
  const names = Object.keys(observation.env).filter((name) => name.startsWith("PLUGIN_"));
  return `its start, with ${names.map((name) => `${name}=${observation.env[name]!.split("\n")[0]}`).join(" ")}`;
}
