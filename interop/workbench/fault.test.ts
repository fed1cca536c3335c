import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { readTrace } from "@go-plugin/proxy";
import { type Sandbox, test } from "@go-plugin/test/sandbox";
import { afterEach, beforeEach, expect } from "vitest";
import { goProgram } from "../src/build-go.js";
import { cli, runCli } from "./run-cli.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "fault-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** HashiCorp's kv host with a Go plugin behind faults. */
async function put(sandbox: Sandbox, ...faults: readonly string[]) {
  const plugin = [
    process.execPath,
    cli,
    "fault",
    "--out",
    join(folder, "trace.jsonl"),
    ...faults,
    "--",
    goProgram("grpc-plugin"),
  ];
  const env = { ...process.env, ...sandbox.env, KV_PROTO: "grpc", KV_PLUGIN: `exec ${plugin.join(" ")}` };
  const child = spawn(goProgram("grpc-host"), ["put", "a", "b"], { cwd: folder, env });
  const started = performance.now();
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  for (const name of ["kv_a"]) rmSync(join(folder, name), { force: true });
  return { code, said: `${stdout}${stderr}`, ms: performance.now() - started };
}

const happened = () => readTrace(join(folder, "trace.jsonl")).filter(({ type }) => type === "fault");

test("without a fault, everything works as before", async ({ sandbox }) => {
  expect(await put(sandbox)).toMatchObject({ code: 0 });
});

test("a delay: the call takes as long, and comes to its end", async ({ sandbox }) => {
  const { code, ms } = await put(sandbox, "--do", "delay=800ms@call:Put");
  expect(code).toBe(0);
  expect(ms).toBeGreaterThan(800);
  expect(happened()).toMatchObject([{ fault: "delay", at: "call of /proto.KV/Put by the host" }]);
});

const fatal: [fault: string, said: RegExp][] = [
  ["cut@call:Put", /Unavailable|EOF|reset/],
  ["half@message:Put", /Unavailable|EOF|reset/],
  ["kill@call:Put", /Unavailable|EOF|reset/],
  ["garbage=hello", /Unrecognized remote plugin message/],
];
for (const [fault, said] of fatal) {
  test(`${fault}: a Go host tells`, async ({ sandbox }) => {
    const ran = await put(sandbox, "--do", fault);
    expect(ran.code).not.toBe(0);
    expect(ran.said).toMatch(said);
    // A host that cannot read the line kills the plugin at once, before it writes anything.
    if (!fault.startsWith("garbage")) expect(happened()).toHaveLength(1);
  });
}

test("a wrong certificate: a Go host refuses it", async ({ sandbox }) => {
  const plugin = [process.execPath, cli, "fault", "--do", "wrong-certificate", "--", goProgram("broker-plugin")];
  const args = ["-auto-mtls=true", "-scenarios", "ping", ...plugin];
  const child = spawn(goProgram("broker-host"), args, { env: { ...process.env, ...sandbox.env } });
  const [said, error] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  expect(`${said}${error}`).toContain("Unavailable");
});

test("at random: a seed is told, and the same one gives the same faults", async ({ sandbox }) => {
  const { said } = await put(sandbox, "--random", "1");
  const [, seed = ""] = /--seed (\d+)/.exec(said) ?? [];
  const first = happened().map((event) => event.type === "fault" && event.fault);
  rmSync(join(folder, "trace.jsonl"));
  await put(sandbox, "--random", "1", "--seed", seed);
  expect(happened().map((event) => event.type === "fault" && event.fault)[0]).toBe(first[0]);
});

test("an unknown fault is refused with the list of faults", async () => {
  const ran = await runCli(["fault", "--do", "explode", "--", "x"]);
  expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining("expected delay=200ms, cut, half, kill") });
});
