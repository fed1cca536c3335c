import { type Sandbox, test } from "@go-plugin/test/sandbox";
import { expect } from "vitest";
import { goProgram } from "../src/build-go.js";
import { examples, runCli } from "./run-cli.js";

const inspect = (sandbox: Sandbox, args: readonly string[]) => runCli(["inspect", ...args], { env: sandbox.env });

async function inspectJson(sandbox: Sandbox, args: readonly string[]) {
  const { code, stdout, stderr } = await inspect(sandbox, [...args, "--json"]);
  expect(stderr).toBe("");
  expect(code).toBe(0);
  return JSON.parse(stdout);
}

test("a plugin built in Go is listed without any .proto", async ({ sandbox }) => {
  const report = await inspectJson(sandbox, [goProgram("grpc-plugin"), ...examples, "--messages"]);
  const kv = report.services.find(({ name }: { name: string }) => name === "proto.KV");
  expect(kv.methods.map(({ name }: { name: string }) => name)).toEqual(["Get", "Put"]);
  expect(report.messages["proto.PutRequest"]).toEqual([
    { name: "key", number: 1, type: "string" },
    { name: "value", number: 2, type: "bytes" },
  ]);
  expect(report.ownServices).toEqual({
    "plugin.GRPCController": "yes",
    "plugin.GRPCStdio": "yes",
    "plugin.GRPCBroker": "yes",
    health: { plugin: "SERVING", "": "SERVING" },
    reflection: "v1",
  });
  expect(report.socket).toMatchObject({ mode: "0755", mayConnect: "this user" });
  expect(report.certificate).toBeUndefined();
});

test("AutoMTLS: the certificate, field by field", async ({ sandbox }) => {
  const report = await inspectJson(sandbox, [goProgram("grpc-plugin"), ...examples, "--auto-mtls"]);
  expect(report.certificate).toMatchObject({
    subject: "O=HashiCorp, CN=localhost",
    names: "DNS:localhost",
    key: "ec secp521r1",
    selfSigned: true,
  });
});

test("net/rpc is found out, and so is what can be dispensed", async ({ sandbox }) => {
  const report = await inspectJson(sandbox, [
    goProgram("basic-plugin"),
    ...examples,
    "--name",
    "greeter",
    "--name",
    "nope",
  ]);
  expect(report.handshake).toContainEqual(expect.objectContaining({ field: "protocol", value: "netrpc" }));
  expect(report.netrpc).toEqual({
    "Control.Ping": "answers",
    "Dispenser.Dispense": { greeter: "there is such a plugin", nope: "unknown plugin type: nope" },
  });
});

test("for people, every field of the handshake is explained", async ({ sandbox }) => {
  const { stdout, code } = await inspect(sandbox, [goProgram("grpc-plugin"), ...examples]);
  expect(code).toBe(0);
  for (const text of ["app version", "certificate", "not encrypted", "proto.KV", "may connect: this user"]) {
    expect(stdout).toContain(text);
  }
});

const failures: [what: string, args: string[], code: number, text: string][] = [
  ["no plugin", [], 2, "expected the plugin's executable file, or --reattach"],
  ["no cookie", ["./some-plugin"], 2, "give --product, or --cookie KEY=VALUE"],
  ["an unknown product", ["x", "--product", "nope"], 2, "expected one of terraform"],
  ["what is no plugin", ["/bin/true", ...examples], 3, "ERR_PLUGIN_EXITED"],
  ["what is not there", ["./nope", ...examples], 3, "ERR_PLUGIN_NOT_FOUND"],
];
for (const [what, args, code, text] of failures) {
  test(`${what}: exit code and what to do`, async ({ sandbox }) => {
    expect(await inspect(sandbox, args)).toMatchObject({ code, stderr: expect.stringContaining(text) });
  });
}
