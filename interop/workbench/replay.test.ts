import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { type Sandbox, test } from "@go-plugin/test/sandbox";
import { afterEach, beforeEach, expect } from "vitest";
import { goProgram } from "../src/build-go.js";
import { cli, runCli } from "./run-cli.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "replay-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const path = (name: string) => join(folder, name);

/** HashiCorp's bidirectional host: it adds to a counter, by a callback. */
async function runHost(sandbox: Sandbox, plugin: readonly string[], args: readonly string[]) {
  const env = { ...process.env, ...sandbox.env, COUNTER_PLUGIN: plugin.join(" ") };
  const child = spawn(goProgram("bidirectional-host"), args, { cwd: folder, env });
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code, stdout, stderr };
}

async function record(sandbox: Sandbox): Promise<void> {
  const trace = [process.execPath, cli, "trace", "--out", path("trace.jsonl"), "--", goProgram("bidirectional-plugin")];
  expect(await runHost(sandbox, trace, ["put", "a", "5"])).toMatchObject({ code: 0 });
  rmSync(path("kv_a"));
  expect(await runHost(sandbox, trace, ["put", "a", "5"])).toMatchObject({ code: 0 });
  expect(await runHost(sandbox, trace, ["get", "a"])).toMatchObject({ code: 0 });
}

const replay = (sandbox: Sandbox, ...args: readonly string[]) =>
  runCli(["replay", path("trace.jsonl"), ...args], { env: sandbox.env, cwd: folder });

test("a Go host's calls are replayed to the Go plugin, with callbacks", async ({ sandbox }) => {
  await record(sandbox);
  const { code, stdout } = await replay(sandbox);
  expect(stdout).toContain("same /proto.Counter/Put");
  expect(stdout).toContain("same /proto.Counter/Get");
  expect(stdout).toContain("3 calls, 0 with differences");
  expect(code).toBe(0);
});

test("a plugin that answers otherwise: what differs, call by call, unless a rule leaves it out", async ({
  sandbox,
}) => {
  await record(sandbox);
  const changed = readFileSync(path("trace.jsonl"), "utf8").replace(
    '"message":{"value":"5"}',
    '"message":{"value":"4711"}',
  );
  writeFileSync(path("trace.jsonl"), changed);
  const { code, stdout } = await replay(sandbox, "--json");
  const calls = stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(calls.flatMap(({ differences }) => differences)).toEqual([{ path: "value", recorded: "4711", now: "5" }]);
  expect(code).toBe(1);
  expect(await replay(sandbox, "--ignore", "Get:value")).toMatchObject({ code: 0 });
});

test("the plugin's part is played to the Go host, without the plugin", async ({ sandbox }) => {
  await record(sandbox);
  rmSync(path("kv_a"));
  const plugin = [process.execPath, cli, "replay", path("trace.jsonl"), "--as-plugin"];
  expect(await runHost(sandbox, plugin, ["get", "a"])).toMatchObject({ code: 0, stdout: "5\n" });
  expect(await runHost(sandbox, plugin, ["put", "a", "5"])).toMatchObject({ code: 0 });
  const unlike = await runHost(sandbox, plugin, ["get", "b"]);
  expect(unlike.stderr).toContain("was not recorded with this request");
});

test("a file that is not a trace is refused, with the line", async ({ sandbox }) => {
  writeFileSync(path("trace.jsonl"), "hello\nworld\n");
  expect(await replay(sandbox)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining("line 1: expected an event"),
  });
});
