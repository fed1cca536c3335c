import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { goProgram } from "../../interop/src/build-go.js";
import { example, run } from "../run.js";

// The Go programs are HashiCorp's examples/grpc, built from the go-plugin module.
const hosts = {
  Go: [goProgram("grpc-host")],
  TypeScript: [process.execPath, example("kv/dist/host.js")],
} as const;
const plugins = { Go: goProgram("grpc-plugin"), TypeScript: example("kv/dist/plugin.js") };
const signatures = { Go: "Written from plugin-go-grpc", TypeScript: "Written from plugin-typescript" };

let directory: string;
beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "kv-"));
});
afterAll(() => rm(directory, { recursive: true }));

const kv = (host: keyof typeof hosts, plugin: keyof typeof plugins, ...args: string[]) =>
  run([...hosts[host], ...args], { cwd: directory, env: { KV_PROTO: "grpc", KV_PLUGIN: `"${plugins[plugin]}"` } });

describe("kv", () => {
  describe.each([
    ["TypeScript", "Go"],
    ["Go", "TypeScript"],
    ["TypeScript", "TypeScript"],
  ] as const)("a %s host and a %s plugin", (host, plugin) => {
    test("keep a value as they do in Go", async () => {
      expect(await kv("Go", "Go", "put", "key", "value\n")).toMatchObject({ code: 0 });
      const inGo = await kv("Go", "Go", "get", "key");
      expect(inGo.stdout).toBe(`value\n\n\n${signatures.Go}\n`);

      expect(await kv(host, plugin, "put", "key", "value\n")).toEqual({ code: 0, stdout: "", stderr: "" });
      const got = await kv(host, plugin, "get", "key");
      expect({ ...got, stdout: got.stdout.replace(signatures[plugin], signatures.Go) }).toEqual(inGo);
    });

    test("report a missing key as they do in Go", async () => {
      const failed = { code: 1, stdout: expect.stringMatching(/^error: .*no such file or directory/), stderr: "" };
      expect(await kv("Go", "Go", "get", "missing")).toEqual(failed);
      expect(await kv(host, plugin, "get", "missing")).toEqual(failed);
    });

    test("refuse another command as they do in Go", async () => {
      const inGo = await kv("Go", "Go", "delete", "key");
      expect(inGo.code).toBe(1);
      expect(await kv(host, plugin, "delete", "key")).toEqual(inGo);
    });
  });
});
