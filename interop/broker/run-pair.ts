import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Writable } from "node:stream";
import { text } from "node:stream/consumers";
import { type LaunchOptions, launch, silentLogger } from "@go-plugin/host";
import { fixture } from "@go-plugin/test/build-fixtures";
import { ChildRunner } from "@go-plugin/test/child-runner";
import { pluginRuntime } from "@go-plugin/test/runtime";
import { goProgram } from "../src/build-go.js";
import { type Host, scenarios } from "./scenarios.js";
import { brokerPlugins } from "./shared.js";
import { Side } from "./side.js";

export type Language = "Go" | "TypeScript";

export interface Settings {
  readonly multiplex: boolean;
  readonly autoMtls: boolean;
  /** The group of the sockets; the plugin is then run by a runner. */
  readonly group?: string;
}

export interface Run {
  /** The outcome of each scenario. */
  readonly outcomes: Readonly<Record<string, unknown>>;
  readonly end: { readonly exited: boolean; readonly forced: boolean };
  /** Files that host and plugin have left behind. */
  readonly leftovers: readonly string[];
}

/** The command that starts the scenarios' plugin. */
export function pluginCommand(language: Language): [string, ...string[]] {
  return language === "Go" ? [goProgram("broker-plugin")] : [...pluginRuntime, fixture("broker-plugin")];
}

/** Runs scenarios on a new plugin, one after the other. */
export async function runPair(
  host: Language,
  plugin: Language,
  settings: Settings,
  names: readonly string[],
  bytes = 16 << 20,
  pluginArgs: readonly string[] = [],
): Promise<Run> {
  const directory = mkdtempSync(join(tmpdir(), "broker-"));
  try {
    const run = host === "Go" ? runInGo : runInTypeScript;
    const result = await run([...pluginCommand(plugin), ...pluginArgs], settings, names, bytes, directory);
    return { ...result, leftovers: readdirSync(directory) };
  } finally {
    rmSync(directory, { recursive: true });
  }
}

type RunHost = (
  command: readonly string[],
  settings: Settings,
  names: readonly string[],
  bytes: number,
  directory: string,
) => Promise<Omit<Run, "leftovers">>;

const runInGo: RunHost = async (command, { multiplex, autoMtls, group = "" }, names, bytes, directory) => {
  const flags = [
    `-socket-group=${group}`,
    `-multiplex=${multiplex}`,
    `-auto-mtls=${autoMtls}`,
    `-bytes=${bytes}`,
    "-scenarios",
    names.join(","),
  ];
  return runGoHost([...flags, ...command], { TMPDIR: directory });
};

/** Runs the Go host of the scenarios. @throws {Error} when it or a scenario does not finish. */
export async function runGoHost(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Omit<Run, "leftovers">> {
  const child = spawn(goProgram("broker-host"), args, {
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
  return { outcomes, end: end as Run["end"] };
}

const runInTypeScript: RunHost = async ([command, ...args], { group, ...settings }, names, bytes, directory) => {
  const options: LaunchOptions = {
    ...settings,
    command: command!,
    args,
    env: { TMPDIR: directory },
    sockets: { directory, ...(group && { group }) },
    ...(group && { runner: (spec) => new ChildRunner(spec) }),
  };
  const outcomes: Record<string, unknown> = {};
  const end = await withHost(options, bytes, async (host) => {
    for (const name of names) outcomes[name] = await scenarios[name]!(host);
  });
  return { outcomes, end };
};

/** Starts a plugin, runs `use` on it, and ends it. */
export async function withHost(
  options: LaunchOptions,
  bytes: number,
  use: (host: Host) => Promise<unknown>,
): Promise<Run["end"]> {
  const printed: Buffer[] = [];
  const stdout = new Writable({
    write(chunk: Buffer, _, done) {
      printed.push(chunk);
      done();
    },
  });
  const plugin = await launch(brokerPlugins, { logger: silentLogger, stdout, ...options });
  let exitedAlready = false;
  plugin.exited.then(() => {
    exitedAlready = true;
  });
  let forced = false;
  try {
    const caller = await plugin.dispense("caller");
    const side = new Side("host", plugin.broker);
    const directory = options.sockets?.directory ?? tmpdir();
    await use({ side, caller, bytes, plugin, directory, stdout: () => Buffer.concat(printed).toString() });
    forced = !exitedAlready;
  } finally {
    await plugin.close();
  }
  const { signal } = await plugin.exited;
  return { exited: true, forced: forced && signal !== null };
}
