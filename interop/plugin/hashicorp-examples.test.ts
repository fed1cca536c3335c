import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fixture } from "@go-plugin/test/build-fixtures";
import { pluginRuntime } from "@go-plugin/test/runtime";
import { expect } from "vitest";
import { goProgram } from "../src/build-go.js";
import { test } from "../src/example-place.js";

test("grpc: the KV host, which starts its plugin through a shell", async ({ place }) => {
  const outcome = async (plugin: string) => {
    const { folder, run } = place();
    const env = { KV_PLUGIN: plugin, KV_PROTO: "grpc" };
    const put = await run("grpc-host", ["put", "hello", "world"], env);
    const stored = readFileSync(join(folder, "kv_hello"), "utf8");
    const got = await run("grpc-host", ["get", "hello"], env);
    const missing = await run("grpc-host", ["get", "missing"], env);
    return { put, stored, got, missing };
  };
  const go = await outcome(goProgram("grpc-plugin"));
  const ours = await outcome(`${pluginRuntime.join(" ")} ${fixture("plugin-twin-of-kv")}`);
  expect(go.got).toContain("world");
  expect(ours).toEqual({
    ...go,
    stored: go.stored.replace("go-grpc", "typescript"),
    got: go.got.replace("go-grpc", "typescript"),
    // The file system's error text differs between the languages.
    missing: expect.stringMatching(/^error: rpc error: code = Unknown desc = .*no such file or directory.*kv_missing/),
  });
  expect(go.missing).toMatch(/^error: rpc error: code = Unknown desc = .*kv_missing.*no such file or directory/);
});

test("streaming: chunks both ways", async ({ place }) => {
  const outcome = async (command: readonly string[]) => {
    const { folder, run, install } = place();
    install("plugin/streamer", command);
    const stdout = await run("streaming-host", ["./streamed"]);
    return { stdout, written: readFileSync(join(folder, "streamed"), "utf8") };
  };
  const go = await outcome([goProgram("streaming-plugin")]);
  const ours = await outcome([...pluginRuntime, fixture("plugin-twin-of-streaming")]);
  expect(go.written).not.toBe("");
  expect(ours).toEqual(go);
});

test("negotiated: the gRPC version", async ({ place }) => {
  const outcome = async (command: readonly string[]) => {
    const { run, install } = place();
    install("kv-plugin", command);
    const env = { KV_PROTO: "grpc" };
    const put = await run("negotiated-host", ["put", "hello", "world"], env);
    const got = await run("negotiated-host", ["get", "hello"], env);
    return { put, got };
  };
  const go = await outcome([goProgram("negotiated-plugin")]);
  expect(go.got).toContain("plugin version 3");
  expect(await outcome([...pluginRuntime, fixture("plugin-twin-of-negotiated")])).toEqual(go);
});
