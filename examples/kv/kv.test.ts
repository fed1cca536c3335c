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

/** Both hosts run KV_PLUGIN in a shell. Their logs are not compared, since Go's host logs at debug level. */
async function kv(host: keyof typeof hosts, plugin: keyof typeof plugins, ...args: string[]) {
  const env = { KV_PROTO: "grpc", KV_PLUGIN: `"${plugins[plugin]}"` };
  const { code, stdout } = await run([...hosts[host], ...args], { cwd: directory, env });
  return { code, stdout: stdout.replace(signatures[plugin], "Written by the plugin") };
}

describe("kv", () => {
  describe.each([
    ["TypeScript", "Go"],
    ["Go", "TypeScript"],
    ["TypeScript", "TypeScript"],
  ] as const)("a %s host and a %s plugin", (host, plugin) => {
    test("keep a value as they do in Go", async () => {
      const put = await kv("Go", "Go", "put", "from-go", "value\n");
      expect(put).toEqual({ code: 0, stdout: "" });
      const got = await kv("Go", "Go", "get", "from-go");
      expect(got).toEqual({ code: 0, stdout: "value\n\n\nWritten by the plugin\n" });

      const key = `${host}-${plugin}`;
      expect(await kv(host, plugin, "put", key, "value\n")).toEqual(put);
      expect(await kv(host, plugin, "get", key)).toEqual(got);
    });

    test("report a missing key as they do in Go", async () => {
      const failed = { code: 1, stdout: expect.stringMatching(/^error: .*no such file or directory/) };
      expect(await kv("Go", "Go", "get", "missing")).toEqual(failed);
      expect(await kv(host, plugin, "get", "missing")).toEqual(failed);
    });

    test("refuse another command as they do in Go", async () => {
      const refused = await kv("Go", "Go", "delete", "key");
      expect(refused.code).toBe(1);
      expect(await kv(host, plugin, "delete", "key")).toEqual(refused);
    });
  });
});
