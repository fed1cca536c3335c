import { once } from "node:events";
import { connect } from "node:net";
import { definePlugins, grpc, type LaunchOptions, launch, type ReattachConfig, silentLogger } from "@go-plugin/host";
import { serve } from "@go-plugin/plugin";
import { expect } from "vitest";
import { kvPlugins } from "../../examples/kv/src/shared.js";
import { kvNetRpcPlugins } from "../src/kv-netrpc.js";
import type { Sandbox } from "../src/sandbox.js";
import { test } from "../src/sandbox.js";
import { fixtureOptions } from "../src/start-fixture.js";

const keepAlive = { intervalMs: 20, timeoutMs: 500 };
const ended = /keepalive ended the session: the peer did not answer a ping within 500 ms/;

function options(sandbox: Sandbox, protocol: string, more: Partial<LaunchOptions>): LaunchOptions {
  // The plugin itself does not mind that it is held.
  return fixtureOptions(sandbox, "keeps-kv-in-memory", { args: [protocol, "plugin"], shutdownTimeoutMs: 0, ...more });
}

test("a held net/rpc plugin ends calls with what keepalive did, and one without keepalive goes on", async ({
  sandbox,
}) => {
  const plugin = await launch(kvNetRpcPlugins, options(sandbox, "netrpc", { keepAlive }));
  const patient = await launch(kvNetRpcPlugins, options(sandbox, "netrpc", { keepAlive: false }));
  const [kv, other] = await Promise.all([plugin.dispense("kv"), patient.dispense("kv")]);
  await other.put({ key: "key", value: Buffer.from("value") });
  for (const { pid } of [plugin, patient]) process.kill(pid, "SIGSTOP");
  const waiting = other.get("key");
  await expect(kv.get("key")).rejects.toThrow(ended);
  process.kill(patient.pid, "SIGCONT");
  expect(Buffer.from(await waiting).toString()).toBe("value");
  await Promise.all([plugin.close(), patient.close()]);
});

test("a held plugin that multiplexes ends calls with what keepalive did", async ({ sandbox }) => {
  const plugin = await launch(kvPlugins, options(sandbox, "grpc", { keepAlive, multiplex: true }));
  const kv = await plugin.dispense("kv_grpc");
  await kv.put({ key: "key", value: new Uint8Array() });
  process.kill(plugin.pid, "SIGSTOP");
  await expect(kv.get({ key: "key" })).rejects.toThrow(ended);
  await plugin.close();
});

test("a plugin hangs up on a host that answers no ping", async () => {
  const end = new AbortController();
  let listening: (config: ReattachConfig) => void;
  const config = new Promise<ReattachConfig>((resolve) => {
    listening = resolve;
  });
  const implementations = { 1: { kv: { put: () => null, get: () => new Uint8Array() } } };
  const served = serve(kvNetRpcPlugins, implementations, {
    keepAlive,
    logger: silentLogger,
    signal: end.signal,
    test: { onListening: (config) => listening(config) },
  });
  const socket = connect((await config).address).resume();
  await once(socket, "close");
  end.abort();
  await served;
});

test.each([true, { intervalMs: 0 }, { timeoutMs: 1.5 }, { seconds: 1 }, null])(
  "keepalive %j is refused, by hosts and plugins",
  async (value) => {
    const bad = { keepAlive: value as never };
    const expected = /option keepAlive: expected false, or \{ intervalMs, timeoutMs \}/;
    const plugins = definePlugins({ magicCookieKey: "A", magicCookieValue: "b", versions: { 1: grpc({}) } });
    await expect(launch(plugins, { command: "plugin", ...bad })).rejects.toThrow(expected);
    const test = { onListening: () => {} };
    await expect(serve(plugins, { 1: {} }, { test, ...bad })).rejects.toThrow(expected);
  },
);
