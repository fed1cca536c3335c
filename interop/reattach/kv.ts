import { type ChildProcess, execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { promisify } from "node:util";
import { launch, type ReattachConfig, reattach, silentLogger } from "@go-plugin/host";
import { fixture } from "@go-plugin/test/build-fixtures";
import { kvNetRpcPlugins } from "@go-plugin/test/kv-netrpc";
import { pluginRuntime } from "@go-plugin/test/runtime";
import type { Sandbox } from "@go-plugin/test/sandbox";
import { kvPlugins } from "../../examples/kv/src/shared.js";
import { goProgram } from "../src/build-go.js";

export type Language = "Go" | "TypeScript";
export type Protocol = ReattachConfig["protocol"];

/** The actions of a host in either language on a plugin that it attached to. */
export interface Attached {
  readonly value: string;
  /** The plugin has ended after the host killed it. */
  readonly exited: boolean;
}

/** A plugin that keeps its values in memory. */
function pluginCommand(language: Language, ...args: string[]): [string, ...string[]] {
  return language === "Go"
    ? [goProgram("kv-plugin"), ...args]
    : [...pluginRuntime, fixture("keeps-kv-in-memory"), ...args];
}

/** Starts a plugin under a TypeScript host and detaches. */
export async function leave(language: Language, protocol: Protocol, sandbox: Sandbox): Promise<ReattachConfig> {
  const [command, ...args] = pluginCommand(language, protocol);
  const options = { command, args, env: sandbox.env, logger: silentLogger };
  const plugin = await (protocol === "grpc" ? launch(kvPlugins, options) : launch(kvNetRpcPlugins, options));
  const config = plugin.reattachConfig();
  plugin.detach();
  return config;
}

/** A plugin in test mode. */
export interface TestModePlugin {
  readonly config: ReattachConfig;
  readonly child: ChildProcess;
  /** The rest of its output, once it has ended. */
  readonly end: Promise<{ readonly printed: readonly string[]; readonly code: number | null }>;
  /** Ends it by its context, as a Go test does. */
  cancel(): void;
}

export async function startInTestMode(
  language: Language,
  protocol: Protocol,
  sandbox: Sandbox,
): Promise<TestModePlugin> {
  const [command, ...args] = pluginCommand(language, protocol, "test");
  const env = { ...process.env, ...sandbox.env };
  const child = spawn(command, args, { env, stdio: ["pipe", "pipe", "ignore"] });
  const lines = createInterface(child.stdout);
  const [line] = (await once(lines, "line")) as [string];
  const printed: string[] = [];
  lines.on("line", (more) => printed.push(more));
  const end = once(child, "close").then(([code]) => ({ printed, code }));
  return { config: JSON.parse(line), child, end, cancel: () => child.stdin.end() };
}

/** Attaches to a plugin, puts and gets a value, kills the plugin. */
export const attach: Readonly<Record<Language, (config: ReattachConfig) => Promise<Attached>>> = {
  async Go({ protocol, version, network, address, pid, test = false }) {
    const config = { Protocol: protocol, ProtocolVersion: version, Network: network, Address: address, Pid: pid };
    const { stdout } = await promisify(execFile)(goProgram("reattach-host"), [
      JSON.stringify({ ...config, Test: test }),
    ]);
    const { Value, Exited } = JSON.parse(stdout);
    return { value: Value, exited: Exited };
  },

  async TypeScript(config) {
    const options = { logger: silentLogger };
    let exited = false;
    const use = async (
      plugin: { ping(): Promise<void>; close(): Promise<void>; readonly exited: Promise<unknown> },
      roundTrip: () => Promise<Uint8Array>,
    ): Promise<Attached> => {
      void plugin.exited.then(() => {
        exited = true;
      });
      await plugin.ping();
      const value = String(Buffer.from(await roundTrip()));
      await plugin.close();
      return { value, exited };
    };
    const [key, value] = ["reattached", Buffer.from("hello")];
    if (config.protocol === "grpc") {
      const plugin = await reattach(kvPlugins, config, options);
      const kv = await plugin.dispense("kv_grpc");
      return use(plugin, async () => {
        await kv.put({ key, value });
        return (await kv.get({ key })).value;
      });
    }
    const plugin = await reattach(kvNetRpcPlugins, config, options);
    const kv = await plugin.dispense("kv");
    return use(plugin, async () => {
      await kv.put({ key, value });
      return kv.get(key);
    });
  },
};
