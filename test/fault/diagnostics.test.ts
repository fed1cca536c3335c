import { spawn } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { text } from "node:stream/consumers";
import { type DiagnosticsEvents, launch } from "@go-plugin/host";
import { expect } from "vitest";
import { kvPlugins } from "../../examples/kv/src/shared.js";
import { fixture } from "../src/build-fixtures.js";
import { kvNetRpcPlugins } from "../src/kv-netrpc.js";
import { pluginRuntime } from "../src/runtime.js";
import { test } from "../src/sandbox.js";
import { fixtureOptions } from "../src/start-fixture.js";

const names: readonly (keyof DiagnosticsEvents)[] = [
  "go-plugin:launch",
  "go-plugin:handshake",
  "go-plugin:call.start",
  "go-plugin:call.end",
  "go-plugin:broker",
  "go-plugin:exit",
];

/** Collects the messages published while `run` runs. */
async function published(run: () => Promise<void>) {
  const events: { readonly name: string; readonly event: unknown }[] = [];
  const listener = (event: unknown, name: string | symbol) => void events.push({ name: String(name), event });
  for (const name of names) subscribe(name, listener);
  await run();
  for (const name of names) unsubscribe(name, listener);
  return events;
}

test("the life of a plugin is published, from launch to exit", async ({ sandbox }) => {
  const events = await published(async () => {
    await using plugin = await launch(kvPlugins, fixtureOptions(sandbox, "plugin-on-command"));
    const kv = await plugin.dispense("kv_grpc");
    await kv.get({ key: "version" });
    await expect(kv.get({ key: "fail why" })).rejects.toThrow("why");
  });
  const find = (name: string) => events.filter((one) => one.name === name).map(({ event }) => event);
  expect(find("go-plugin:launch")).toEqual([expect.objectContaining({ command: pluginRuntime[0] })]);
  expect(find("go-plugin:handshake")).toEqual([
    expect.objectContaining({ handshake: expect.objectContaining({ protocol: "grpc" }) }),
  ]);
  const ends = find("go-plugin:call.end").filter((event) => /KV\/Get/.test((event as { method: string }).method));
  expect(ends).toMatchObject([
    { side: "client", method: "/proto.KV/Get", code: 0, details: "" },
    { side: "client", method: "/proto.KV/Get", code: 2, details: "why" },
  ]);
  const starts = find("go-plugin:call.start") as { readonly call: object }[];
  for (const end of ends) expect(starts.filter(({ call }) => call === (end as { call: object }).call)).toHaveLength(1);
  expect(find("go-plugin:exit")).toEqual([expect.objectContaining({ code: 0, expected: true })]);
  expect(events.at(0)?.name).toBe("go-plugin:launch");
  expect(events.at(-1)?.name).toBe("go-plugin:exit");
});

test("net/rpc as well", async ({ sandbox }) => {
  const events = await published(async () => {
    await using plugin = await launch(kvNetRpcPlugins, fixtureOptions(sandbox, "plugin-twin-of-kv-netrpc"));
    const kv = await plugin.dispense("kv");
    await expect(kv.get("not there")).rejects.toThrow();
  });
  expect(events).toContainEqual({
    name: "go-plugin:call.end",
    event: expect.objectContaining({ protocol: "netrpc", method: "Plugin.Get", code: 2 }),
  });
});

test("NODE_DEBUG=go-plugin prints it", async ({ sandbox }) => {
  const options = JSON.stringify({ command: process.execPath, args: [fixture("works")] });
  const host = spawn(process.execPath, [fixture("hosts-plugin"), options, "exit"], {
    env: { ...process.env, ...sandbox.env, NODE_DEBUG: "go-plugin" },
  });
  const [stderr] = await Promise.all([text(host.stderr), once(host, "close")]);
  expect(stderr).toMatch(/GO-PLUGIN \d+: launch /);
  expect(stderr).toMatch(/GO-PLUGIN \d+: handshake pid=\d+ \{.*"protocol":"grpc"/);
});
