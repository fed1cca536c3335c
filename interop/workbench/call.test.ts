import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Sandbox, test } from "@go-plugin/test/sandbox";
import { afterEach, beforeEach, expect } from "vitest";
import { goProgram } from "../src/build-go.js";
import { examples, runCli, startCli } from "./run-cli.js";

/** The examples keep their data in the working directory. */
let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "workbench-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const call = (sandbox: Sandbox, args: readonly string[], input = "") =>
  runCli(["call", ...args], { env: sandbox.env, cwd: folder, input });

test("unary calls by reflection", async ({ sandbox }) => {
  const kv = [goProgram("grpc-plugin"), ...examples];
  expect(await call(sandbox, [...kv, "proto.KV/Put", '{"key":"workbench","value":"aGVsbG8="}'])).toMatchObject({
    code: 0,
    stdout: "{}\n",
  });
  const { stdout, code } = await call(sandbox, [...kv, "proto.KV/Get", "--json", '{"key":"workbench"}']);
  expect(code).toBe(0);
  const { value } = JSON.parse(stdout);
  expect(Buffer.from(value, "base64").toString()).toContain("hello");
});

test("a status is the exit code, with its text; headers and trailers for who asks", async ({ sandbox }) => {
  const ran = await call(sandbox, [
    goProgram("grpc-plugin"),
    ...examples,
    "proto.KV/Get",
    '{"key":"not-there"}',
    "--json",
  ]);
  expect(ran.code).toBe(64 + 2);
  expect(JSON.parse(ran.stderr)).toMatchObject({
    code: 2,
    name: "UNKNOWN",
    message: expect.stringContaining("no such file"),
  });
});

test("a stream in both directions: lines in, lines out", async ({ sandbox }) => {
  const questions = '{"list_services":"*"}\n{"file_containing_symbol":"proto.KV"}\n';
  const ran = await call(
    sandbox,
    [goProgram("grpc-plugin"), ...examples, "grpc.reflection.v1.ServerReflection/ServerReflectionInfo", "-"],
    questions,
  );
  expect(ran.code).toBe(0);
  const [list, file, ...more] = ran.stdout
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line));
  expect(list.listServicesResponse.service).toContainEqual({ name: "proto.KV" });
  expect(file.fileDescriptorResponse.fileDescriptorProto).not.toHaveLength(0);
  expect(more).toEqual([]);
});

test("a stream is live: an answer comes before the next question is asked", async ({ sandbox }) => {
  const args = [
    "call",
    goProgram("grpc-plugin"),
    ...examples,
    "grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
    "-",
  ];
  const child = startCli(args, { env: sandbox.env });
  for (const name of ["proto.KV", "plugin.GRPCBroker"]) {
    child.stdin!.write(`${JSON.stringify({ file_containing_symbol: name })}\n`);
    let answer = "";
    while (!answer.includes("\n")) answer += String((await once(child.stdout!, "data"))[0]);
    expect(answer).toContain(name);
  }
  child.stdin!.end();
  expect(await once(child, "exit")).toEqual([0, null]);
});

test("a callback over the broker is answered from a file", async ({ sandbox }) => {
  writeFileSync(join(folder, "callbacks.json"), '{"1":{"proto.AddHelper/Sum":[{"r":42}]}}');
  const plugin = [goProgram("bidirectional-plugin"), ...examples];
  const put = await call(sandbox, [
    ...plugin,
    "proto.Counter/Put",
    '{"add_server":1,"key":"a","value":3}',
    "--callbacks",
    "callbacks.json",
  ]);
  expect(put).toMatchObject({ code: 0, stderr: expect.stringContaining('callback 1 /proto.AddHelper/Sum {"b":"3"}') });
  expect(JSON.parse((await call(sandbox, [...plugin, "proto.Counter/Get", '{"key":"a"}'])).stdout)).toEqual({
    value: "42",
  });
});

test("net/rpc without a schema", async ({ sandbox }) => {
  const ran = await call(sandbox, [goProgram("basic-plugin"), ...examples, "greeter/Greet"]);
  expect(ran).toMatchObject({ code: 0, stdout: '"Hello!"\n' });
  const wrong = await call(sandbox, [goProgram("basic-plugin"), ...examples, "greeter/Nope", '"x"']);
  expect(wrong).toMatchObject({ code: 4, stderr: expect.stringContaining("can't find method Plugin.Nope") });
});

const mistakes: [what: string, args: string[], text: string][] = [
  ["an unknown method", ["proto.KV/Nope"], "proto.KV has Get, Put"],
  ["an unknown field", ["proto.KV/Get", '{"kez":"x"}'], "expected a proto.GetRequest"],
  ["no JSON", ["proto.KV/Get", "{"], "expected a message as JSON"],
  ["two messages for a unary method", ["proto.KV/Get", "{}\n{}"], "takes one message, got 2"],
];
for (const [what, args, text] of mistakes) {
  test(`${what} is told, with exit code 2`, async ({ sandbox }) => {
    const ran = await call(sandbox, [goProgram("grpc-plugin"), ...examples, ...args]);
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining(text) });
  });
}

test("Ctrl-C leaves nothing behind", async ({ sandbox }) => {
  const args = ["call", goProgram("grpc-plugin"), ...examples, "grpc.health.v1.Health/Watch", '{"service":"plugin"}'];
  const child = startCli(args, { env: sandbox.env });
  await once(child.stdout!, "data");
  child.kill("SIGINT");
  expect(await once(child, "exit")).toEqual([130, null]);
});

test("services of .proto files, for a plugin without reflection of them", async ({ sandbox }) => {
  const proto = join(folder, "kv.proto");
  writeFileSync(
    proto,
    'syntax = "proto3"; package proto; message GetRequest { string key = 1; } message GetResponse { bytes value = 1; } service KV { rpc Get(GetRequest) returns (GetResponse); }',
  );
  const ran = await call(sandbox, [
    goProgram("grpc-plugin"),
    ...examples,
    "--proto",
    proto,
    "proto.KV/Get",
    '{"key":"none"}',
  ]);
  expect(ran).toMatchObject({ code: 66, stderr: expect.stringContaining("no such file") });
});
