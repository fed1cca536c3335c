import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { collectSessions, readTrace, type TraceEvent } from "@go-plugin/proxy";
import { type Sandbox, test } from "@go-plugin/test/sandbox";
import { afterEach, beforeEach, describe, expect, vi } from "vitest";
import { combinations } from "../broker/combinations.js";
import { goProgram } from "../src/build-go.js";
import { flags as tlsFlags } from "../tls/attempt.js";
import { Authority } from "../tls/certificates.js";
import { cli, runCli } from "./run-cli.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "trace-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (name: string) => join(folder, name);
/** The command that stands in for a plugin. */
const traced = (...plugin: readonly string[]) => [
  process.execPath,
  cli,
  "trace",
  "--out",
  path("trace.jsonl"),
  "--",
  ...plugin,
];
const events = () => readTrace(path("trace.jsonl"));
const calls = (all: readonly TraceEvent[]) => collectSessions(all).flatMap((session) => session.calls);

async function run(sandbox: Sandbox, command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}) {
  const child = spawn(command, args, { cwd: folder, env: { ...process.env, ...sandbox.env, ...env } });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, stdout, stderr };
}

const scenarios =
  "ping,callback,call-plugin,same-id-both-ways,sequential-ids,concurrent-calls,pull,push,stdout-while-transferring";

test.for([
  ["gRPC", "broker", [], "ping,callback"],
  ["gRPC, multiplexed", "broker", ["-multiplex"], "ping,callback"],
  ["net/rpc", "netrpc", [], "ping"],
] as const)("TLS of the application's own passes unread, and the trace says so: %s", async (one, { sandbox }) => {
  const [_, program, mode, names] = one;
  const trusts = await Authority.create(folder, "authority");
  const tls = tlsFlags({ trusts, identity: await trusts.issue("both") });
  const host = (...plugin: readonly string[]) =>
    run(sandbox, goProgram(`${program}-host`), [...mode, ...tls, "-scenarios", names, ...plugin]);
  const plugin = [goProgram(`${program}-plugin`), ...tls];
  const reference = await host(...plugin);
  const ran = await host(...traced(...plugin));
  expect(reference).toMatchObject({ code: 0, stdout: expect.stringContaining("outcome") });
  expect(ran.stdout).toBe(reference.stdout);
  const notes = events().flatMap((event) => (event.type === "note" ? event.note : []));
  expect(notes[0]).toMatch(/^connection 1: the application's own TLS, whose bytes pass unread/);
  // Go leaves the sockets of plugins that multiplex.
  for (const name of readdirSync(sandbox.directory)) rmSync(join(sandbox.directory, name), { recursive: true });
});

describe.each(combinations)("%s, Go on both sides", (_, { multiplex, autoMtls }) => {
  test("every scenario has the same outcome with and without trace", async ({ sandbox }) => {
    const flags = [`-multiplex=${multiplex}`, `-auto-mtls=${autoMtls}`, "-bytes=1048576", "-scenarios", scenarios];
    const plugin = goProgram("broker-plugin");
    const reference = await run(sandbox, goProgram("broker-host"), [...flags, plugin]);
    const ran = await run(sandbox, goProgram("broker-host"), [...flags, ...traced(plugin)]);
    expect(ran.stdout).toBe(reference.stdout);
    const all = events();
    expect(all).toContainEqual(expect.objectContaining({ type: "handshake", autoMtls, multiplex }));
    expect(all.filter(({ type }) => type === "note")).toEqual([]);
    const brokered = calls(all).filter(({ begin }) => begin.brokerId !== undefined);
    expect(brokered.map(({ begin }) => begin.from)).toContain("plugin");
    expect(brokered.map(({ begin }) => begin.from)).toContain("host");
    for (const { end } of brokered) expect(end).toBeDefined();
    // Go leaves the sockets of plugins that multiplex.
    for (const name of readdirSync(sandbox.directory)) rmSync(join(sandbox.directory, name), { recursive: true });
  });
});

test("calls in both directions are decoded, callbacks too", async ({ sandbox }) => {
  const command = traced(goProgram("bidirectional-plugin")).join(" ");
  const put = await run(sandbox, goProgram("bidirectional-host"), ["put", "a", "5"], { COUNTER_PLUGIN: command });
  expect(put.code).toBe(0);
  const all = events();
  const told = calls(all)
    .filter(({ begin }) => begin.method.startsWith("/proto."))
    .map(({ begin, messages, end }) => [begin.from, begin.method, messages.map(({ message }) => message), end?.status]);
  expect(told).toEqual([
    ["host", "/proto.Counter/Put", [{ addServer: 1, key: "a", value: "5" }, {}], "OK"],
    ["plugin", "/proto.AddHelper/Sum", [{ b: "5" }, { r: "5" }], "OK"],
  ]);
  expect(all).toContainEqual(expect.objectContaining({ type: "broker", from: "host", action: "offer", brokerId: 1 }));
  expect(all.at(-1)).toMatchObject({ type: "exit", code: 0, signal: null });
});

test("net/rpc, started by a link with the file name that the host looks for", async ({ sandbox }) => {
  const { code } = await runCli([
    "trace",
    "--as",
    path("link"),
    "--out",
    path("trace.jsonl"),
    "--",
    goProgram("basic-plugin"),
  ]);
  expect(code).toBe(0);
  const { mkdirSync, renameSync } = await import("node:fs");
  mkdirSync(path("plugin"));
  renameSync(path("link"), path("plugin/greeter"));
  renameSync(path("link.go-plugin.json"), path("plugin/greeter.go-plugin.json"));
  const ran = await run(sandbox, goProgram("basic-host"), []);
  expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining("Hello!") });
  const told = calls(events()).map(({ begin, messages }) => [begin.method, ...messages.map(({ message }) => message)]);
  // A Go plugin may exit before it has answered Quit. A Go host then kills the process that it started, which is the
  // proxy.
  expect(told.slice(0, 2)).toEqual([
    ["Dispenser.Dispense", "greeter", 1],
    ["Plugin.Greet", null, "Hello!"],
  ]);
});

/** A host that starts the plugin and waits, and the pid of the real plugin. */
async function startHost(sandbox: Sandbox): Promise<{ proxy: ChildProcess; pid: number }> {
  const [command, ...args] = traced(goProgram("grpc-plugin"));
  const env = { ...process.env, ...sandbox.env, BASIC_PLUGIN: "hello", PLUGIN_PROTOCOL_VERSIONS: "1" };
  const proxy = spawn(command!, args, { env });
  await once(proxy.stdout!, "data");
  await vi.waitFor(() =>
    expect(existsSync(path("trace.jsonl")) && events()).toContainEqual(expect.objectContaining({ type: "start" })),
  );
  const start = events().find(({ type }) => type === "start") as Extract<TraceEvent, { type: "start" }>;
  return { proxy, pid: start.pid };
}

test("the real plugin is killed: the proxy ends by the same signal", async ({ sandbox }) => {
  const { proxy, pid } = await startHost(sandbox);
  const ended = once(proxy, "exit");
  process.kill(pid, "SIGKILL");
  expect(await ended).toEqual([null, "SIGKILL"]);
  expect(events().at(-1)).toMatchObject({ type: "exit", signal: "SIGKILL" });
});

test("the proxy is killed: the real plugin goes with it", async ({ sandbox }) => {
  const { proxy } = await startHost(sandbox);
  proxy.kill("SIGKILL");
  await once(proxy, "exit");
  // The sandbox waits until no process is left.
});

test("a program that is not a plugin runs unchanged", async () => {
  const [command, ...args] = traced("/bin/sh", "-c", "echo one; echo two >&2; exit 7");
  const child = spawn(command!, args);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  expect({ stdout, stderr, code }).toEqual({ stdout: "one\n", stderr: "two\n", code: 7 });
});

test("secrets are left out by the names of fields", async ({ sandbox }) => {
  const command = [
    process.execPath,
    cli,
    "trace",
    "--out",
    path("trace.jsonl"),
    "--redact",
    "value",
    "--",
    goProgram("bidirectional-plugin"),
  ];
  await run(sandbox, goProgram("bidirectional-host"), ["put", "a", "4711"], { COUNTER_PLUGIN: command.join(" ") });
  expect(readFileSync(path("trace.jsonl"), "utf8")).toContain('"value":"<redacted>"');
});
