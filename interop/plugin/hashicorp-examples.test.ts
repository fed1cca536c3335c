import { execFile } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { fixture } from "@go-plugin/test/build-fixtures";
import { test as sandboxed } from "@go-plugin/test/sandbox";
import { expect } from "vitest";
import { goProgram } from "../src/build-go.js";

/** Runs a host of HashiCorp's with a plugin in a folder of its own, where plugins keep their files. */
type RunHost = (host: string, args: readonly string[], env?: NodeJS.ProcessEnv) => Promise<string>;

interface Place {
  readonly folder: string;
  readonly run: RunHost;
  /** Makes `command` what the folder has as `path`: some hosts start their plugin by a fixed name. */
  install(path: string, command: readonly string[]): void;
}

const test = sandboxed.extend<{ place(): Place }>({
  place: async ({ sandbox }, use) => {
    const folders: string[] = [];
    await use(() => {
      const folder = mkdtempSync(join(tmpdir(), "example-"));
      folders.push(folder);
      return {
        folder,
        run: async (host, args, env = {}) => {
          const options = { cwd: folder, env: { ...process.env, ...sandbox.env, ...env } };
          const { stdout } = await promisify(execFile)(goProgram(host), [...args], options).catch((error) => error);
          return stdout;
        },
        install(path, command) {
          mkdirSync(join(folder, path, ".."), { recursive: true });
          writeFileSync(join(folder, path), `#!/bin/sh\nexec ${command.join(" ")}\n`);
          chmodSync(join(folder, path), 0o755);
        },
      };
    });
    for (const folder of folders) rmSync(folder, { recursive: true });
  },
});

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
  const ours = await outcome(`${process.execPath} ${fixture("plugin-twin-of-kv")}`);
  expect(go.got).toContain("world");
  expect(ours).toEqual({
    ...go,
    stored: go.stored.replace("go-grpc", "typescript"),
    got: go.got.replace("go-grpc", "typescript"),
    // The text of the error is the file system's, as each language words it.
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
  const ours = await outcome([process.execPath, fixture("plugin-twin-of-streaming")]);
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
  expect(await outcome([process.execPath, fixture("plugin-twin-of-negotiated")])).toEqual(go);
});
