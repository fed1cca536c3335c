import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { launch } from "@go-plugin/host";
import { definePlugins, formatReattachProviders, grpc, silentLogger } from "@go-plugin/proto";
import { test } from "@go-plugin/test/sandbox";
import { expect } from "vitest";
import { goProgram } from "../src/build-go.js";
import { runCli } from "./run-cli.js";

const examplePlugins = definePlugins({
  magicCookieKey: "BASIC_PLUGIN",
  magicCookieValue: "hello",
  versions: { 1: grpc({}) },
});

test("a Go plugin that runs is named by a file, by JSON, or by Terraform's variable, and goes on", async ({
  sandbox,
}) => {
  const folder = mkdtempSync(join(tmpdir(), "reattach-"));
  await using plugin = await launch(examplePlugins, {
    command: goProgram("grpc-plugin"),
    env: sandbox.env,
    cwd: folder,
    logger: silentLogger,
  });
  const config = plugin.reattachConfig();
  const file = join(folder, "config.json");
  writeFileSync(file, JSON.stringify(config));
  const { network, address, pid } = config;
  const providers = formatReattachProviders({ "example.com/lab/kv": config });
  // The form that encoding/json gives to the Go type.
  const go = JSON.stringify({ Protocol: "grpc", ProtocolVersion: 1, Addr: { Name: address, Net: network }, Pid: pid });
  const env = { ...sandbox.env, TF_REATTACH_PROVIDERS: providers };
  for (const source of [file, go, providers, "TF_REATTACH_PROVIDERS"]) {
    const { code, stdout, stderr } = await runCli(["inspect", "--reattach", source, "--json"], { env });
    expect([code, stderr], source).toEqual([0, ""]);
    const report = JSON.parse(stdout);
    expect(report.services.map(({ name }: { name: string }) => name)).toContain("proto.KV");
    expect(report).not.toHaveProperty("lineMs");
  }
  const put = ["call", ".", "proto.KV/Put", '{"key":"workbench","value":"aGVsbG8="}', "--reattach", file];
  expect(await runCli(put, { env })).toMatchObject({ code: 0, stdout: "{}\n" });
  await plugin.ping();
  rmSync(folder, { recursive: true });
});

const mistakes: [what: string, source: string, text: string][] = [
  ["no JSON", "{", "expected JSON"],
  ["no file", "/not/there.json", "ENOENT"],
  ["an unset variable", "TF_REATTACH_PROVIDERS", "the variable is not set"],
  ["something else", '{"a":1}', "expected what reattachConfig() returns"],
  [
    "two providers",
    JSON.stringify({
      a: { Pid: 1, Addr: { Network: "unix", String: "/a" } },
      b: { Pid: 1, Addr: { Network: "unix", String: "/b" } },
    }),
    "there are several providers, a, b",
  ],
];
for (const [what, source, text] of mistakes) {
  test(`${what}: exit code 2 and what to do`, async ({ sandbox }) => {
    const env = { ...sandbox.env, TF_REATTACH_PROVIDERS: "" };
    const ran = await runCli(["inspect", "--reattach", source], { env });
    expect(ran).toMatchObject({ code: 2, stderr: expect.stringContaining(text) });
  });
}
