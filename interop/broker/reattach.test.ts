import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";
import { launch, type ReattachConfig, reattach, silentLogger } from "@go-plugin/host";
import { test } from "@go-plugin/test/sandbox";
import { expect } from "vitest";
import { goProgram } from "../src/build-go.js";
import { pluginCommand, runGoHost } from "./run-pair.js";
import { brokerPlugins } from "./shared.js";

/** The configuration that the Go host of the scenarios prints and accepts. */
interface GoConfig {
  readonly Protocol: "grpc";
  readonly ProtocolVersion: number;
  readonly Network: "unix";
  readonly Address: string;
  readonly Pid: number;
  readonly Test: boolean;
}

const toGo = ({ address, network, pid }: ReattachConfig) =>
  JSON.stringify({ Protocol: "grpc", Network: network, Address: address, Pid: pid });

const scenarios = "ping,callback,call-plugin,sequential-ids";

test("a Go host attaches to a TypeScript plugin that a TypeScript host has left, and ends it", async ({ sandbox }) => {
  const [command, ...args] = pluginCommand("TypeScript");
  const plugin = await launch(brokerPlugins, {
    command,
    args: [...args, "--outlives-host"],
    env: sandbox.env,
    logger: silentLogger,
  });
  const caller = await plugin.dispense("caller");
  expect(await caller.nextId({})).toEqual({ id: 1 });
  const config = plugin.reattachConfig();
  plugin.detach();
  const { outcomes, end } = await runGoHost([`-scenarios=${scenarios}`, `-reattach=${toGo(config)}`], sandbox.env);
  // The plugin's own count goes on.
  expect(outcomes).toMatchObject({ ping: { error: "" }, "call-plugin": { id: 2, texts: ["plugin 2: hello"] } });
  expect(end).toEqual({ exited: true, forced: false });
});

test("a TypeScript host attaches to a Go plugin that a Go host has left, and ends it", async ({ sandbox }) => {
  const host = spawn(goProgram("broker-host"), ["-detach", "-scenarios=callback", ...pluginCommand("Go")], {
    env: { ...process.env, ...sandbox.env },
    stdio: ["pipe", "pipe", "inherit"],
  });
  const { Network, Address, Pid } = await detachedBy(host);
  const config = { protocol: "grpc", version: 1, network: Network, address: Address, pid: Pid } as const;
  await using plugin = await reattach(brokerPlugins, config, { logger: silentLogger });
  host.stdin!.end();
  await once(host, "exit");
  const caller = await plugin.dispense("caller");
  expect(await caller.nextId({})).toEqual({ id: 1 });
  await plugin.close();
  expect(await plugin.exited).toMatchObject({ expected: true });
});

async function detachedBy(host: ChildProcess): Promise<GoConfig> {
  for await (const line of createInterface(host.stdout!)) {
    const printed = JSON.parse(line) as GoConfig | { scenario: string };
    if ("Pid" in printed) return printed;
  }
  throw new Error("the Go host ended without a reattach configuration");
}
