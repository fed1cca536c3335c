import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { type LaunchOptions, launch } from "@go-plugin/host";
import { recordLog } from "@go-plugin/test/log-recorder";
import { type Sandbox, test as sandboxed } from "@go-plugin/test/sandbox";
import {
  InterceptingCall,
  type Interceptor,
  makeGenericClientConstructor,
  type ServiceDefinition,
} from "@grpc/grpc-js";
import { expect } from "vitest";
import { kvPlugins } from "../../examples/kv/src/shared.js";
import { goProgram } from "../src/build-go.js";

/** HashiCorp's KV plugin keeps its values in files of its working directory. */
const test = sandboxed.extend<{ store: string }>({
  // biome-ignore lint/correctness/noEmptyPattern: the test runner reads the parameter's names
  store: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "kv-"));
    await use(folder);
    rmSync(folder, { recursive: true });
  },
});

const options = (sandbox: Sandbox, store: string, more: Partial<LaunchOptions> = {}): LaunchOptions => ({
  command: goProgram("grpc-plugin"),
  cwd: store,
  env: sandbox.env,
  ...more,
});

/** The same plugin under HashiCorp's own host. */
async function goHost(sandbox: Sandbox, store: string, ...args: string[]): Promise<string> {
  const env = { ...process.env, ...sandbox.env, KV_PLUGIN: goProgram("grpc-plugin"), KV_PROTO: "grpc" };
  const { stdout } = await promisify(execFile)(goProgram("grpc-host"), args, { cwd: store, env });
  return stdout;
}

test("what one host puts the other one gets", async ({ sandbox, store }) => {
  const plugin = await launch(kvPlugins, options(sandbox, store));
  expect(plugin).toMatchObject({ version: 1, protocol: "grpc", pid: expect.any(Number) });
  const kv = await plugin.dispense("kv_grpc");
  await plugin.ping();
  await kv.put({ key: "from-typescript", value: Buffer.from("hello") });
  await plugin.close();
  expect(await goHost(sandbox, store, "get", "from-typescript")).toBe("hello\n\nWritten from plugin-go-grpc\n");
  await goHost(sandbox, store, "put", "from-go", "hello");

  await using second = await launch(kvPlugins, options(sandbox, store));
  const { value } = await (await second.dispense("kv_grpc")).get({ key: "from-go" });
  expect(`${Buffer.from(value)}\n`).toBe(await goHost(sandbox, store, "get", "from-go"));
});

test("the plugin ends gracefully, once, and its end is expected", async ({ sandbox, store }) => {
  const { logger, entries } = recordLog();
  const plugin = await launch(kvPlugins, options(sandbox, store, { logger }));
  await Promise.all([plugin.close(), plugin.close()]);
  await plugin.close();
  expect(await plugin.exited).toMatchObject({ code: 0, signal: null, expected: true });
  expect(entries.filter(({ level }) => level === "warn" || level === "error")).toEqual([]);
  expect(entries.map(({ message }) => message)).toContain("plugin address");
  await expect(plugin.dispense("kv_grpc")).rejects.toMatchObject({ code: "ERR_PLUGIN_CLOSED" });
  await expect(plugin.ping()).rejects.toMatchObject({ code: "ERR_PLUGIN_CLOSED" });
});

test("a kill is noticed, and the socket file that it leaves is removed", async ({ sandbox, store }) => {
  const plugin = await launch(kvPlugins, options(sandbox, store));
  const kv = await plugin.dispense("kv_grpc");
  process.kill(plugin.pid, "SIGKILL");
  expect(await plugin.exited).toMatchObject({ code: null, signal: "SIGKILL", expected: false });
  await expect(kv.get({ key: "x" })).rejects.toMatchObject({ code: 14 });
  await expect(plugin.ping()).rejects.toMatchObject({ code: "ERR_PLUGIN_CLOSED" });
});

test("a client class that grpc-js made, on the same connection", async ({ sandbox, store }) => {
  await using plugin = await launch(kvPlugins, options(sandbox, store));
  const definition = (kvPlugins.versions[1] as unknown as { services: { kv_grpc: ServiceDefinition } }).services
    .kv_grpc;
  const paths: string[] = [];
  const record: Interceptor = (options, nextCall) => {
    paths.push(options.method_definition.path);
    return new InterceptingCall(nextCall(options));
  };
  const client = await plugin.grpcClient(makeGenericClientConstructor(definition, "KV"), { interceptors: [record] });
  const call = (method: string, request: object) =>
    new Promise<{ value: Uint8Array }>((resolve, reject) => {
      client[method]!(request, (error: Error | null, response: { value: Uint8Array }) =>
        error ? reject(error) : resolve(response),
      );
    });
  await call("put", { key: "x", value: Buffer.from("hello") });
  const { value } = await call("get", { key: "x" });
  expect(Buffer.from(value).toString()).toContain("hello");
  await expect(call("get", { key: "missing" })).rejects.toMatchObject({ code: 2 });
  expect(paths).toEqual(["/proto.KV/Put", "/proto.KV/Get", "/proto.KV/Get"]);
});

test("a name that the plugin does not have", async ({ sandbox, store }) => {
  await using plugin = await launch(kvPlugins, options(sandbox, store));
  // @ts-expect-error the name is also a type error
  await expect(plugin.dispense("nope")).rejects.toMatchObject({
    code: "ERR_PLUGIN_UNKNOWN_NAME",
    message: 'unknown plugin type: "nope". Version 1 has "kv_grpc"',
  });
});

test("another version is refused, and the plugin's socket file is removed", async ({ sandbox, store }) => {
  const newer = { ...kvPlugins, versions: { 2: kvPlugins.versions[1] } };
  await expect(launch(newer, options(sandbox, store))).rejects.toMatchObject({
    code: "ERR_PLUGIN_VERSION",
    message: expect.stringContaining(
      "incompatible API version with plugin. Plugin version: 1, Client versions: [2]. The plugin is too old",
    ),
  });
});

test("another cookie is refused by the plugin, and the error says so", async ({ sandbox, store }) => {
  const other = { ...kvPlugins, magicCookieValue: "goodbye" };
  await expect(launch(other, options(sandbox, store))).rejects.toMatchObject({
    code: "ERR_PLUGIN_EXITED",
    exitCode: 1,
    message: expect.stringContaining("the magic cookies of host and plugin differ"),
  });
});
