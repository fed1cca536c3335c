import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { launch } from "@go-plugin/host";
import { afterAll, expect } from "vitest";
import { kvPlugins } from "../../examples/kv/src/shared.js";
import { kvNetRpcPlugins } from "../src/kv-netrpc.js";
import { isPluginOnNode } from "../src/runtime.js";
import { type Sandbox, test } from "../src/sandbox.js";
import { fixtureOptions } from "../src/start-fixture.js";

// Each module adds to the start-up time of every plugin.
// Only Node.js has hooks that observe loading; other runtimes run the same code.
const onNode = test.skipIf(!isPluginOnNode);

const folder = mkdtempSync(join(tmpdir(), "loads-"));
afterAll(() => rmSync(folder, { recursive: true }));

const hooks = `
import { appendFileSync } from "node:fs";
export function load(url, context, next) {
  appendFileSync(process.env.FIXTURE_LOADS, url + "\\n");
  return next(url, context);
}`;
const recorder = join(folder, "recorder.mjs");
writeFileSync(
  recorder,
  `import { register } from "node:module";
register("data:text/javascript,${encodeURIComponent(hooks)}");`,
);

let files = 0;

/** Options for a plugin that records the modules that it loads, and a function that reads the record. */
function recorded(sandbox: Sandbox, fixture: string) {
  const file = join(folder, `loads-${files++}`);
  const env = { NODE_OPTIONS: `--import=${pathToFileURL(recorder)}`, FIXTURE_LOADS: file };
  const loads = (pattern: RegExp) =>
    readFileSync(file, "utf8")
      .split("\n")
      .filter((url) => pattern.test(url));
  return { options: fixtureOptions(sandbox, fixture, { env }), loads };
}

/** Our own files among those. */
const ours = (urls: readonly string[]) => urls.filter((url) => url.includes("/packages/"));
const bytesOf = (urls: readonly string[]) => urls.reduce((sum, url) => sum + statSync(fileURLToPath(url)).size, 0);

onNode("a gRPC plugin that has served a call has loaded nothing else's code", async ({ sandbox }) => {
  const { options, loads } = recorded(sandbox, "plugin-on-command");
  await using plugin = await launch(kvPlugins, options);
  const kv = await plugin.dispense("kv_grpc");
  await kv.get({ key: "version" });
  expect(loads(/packages\/grpc\/dist\/index\.js/)).toHaveLength(1);
  expect(loads(/grpc-js|dist\/(health|reflection)\/|packages\/gob\//)).toEqual([]);
  // The names that definitions of net/rpc services are written with, and no more of it.
  expect(loads(/packages\/netrpc\//)).toEqual([expect.stringMatching(/netrpc\/dist\/service\/index\.js$/)]);
  expect(bytesOf(loads(/packages\/netrpc\//))).toBeLessThan(2_048);
  expect(ours(loads(/./)).length).toBeLessThanOrEqual(12);
  expect(loads(/node_modules\/(@?protobufjs|long)\//)).toEqual([]);
  await plugin.ping();
  expect(loads(/dist\/health\//)).not.toEqual([]);
});

onNode("a net/rpc plugin that has served a call has loaded no gRPC", async ({ sandbox }) => {
  const { options, loads } = recorded(sandbox, "plugin-twin-of-kv-netrpc");
  await using plugin = await launch(kvNetRpcPlugins, options);
  const kv = await plugin.dispense("kv");
  await expect(kv.get("nothing")).rejects.toThrow("no such file");
  expect(loads(/packages\/netrpc\/dist\/index\.js/)).toHaveLength(1);
  expect(loads(/grpc-js|packages\/grpc\/dist\/index\.js|protobufjs|^node:http2$/)).toEqual([]);
  // Status and metadata, which shared code may name, and no more of gRPC.
  expect(loads(/packages\/grpc\/dist\/\w+\//)).toEqual([expect.stringMatching(/grpc\/dist\/status\/index\.js$/)]);
  expect(bytesOf(loads(/packages\/grpc\//))).toBeLessThan(11_264);
  expect(ours(loads(/./)).length).toBeLessThanOrEqual(10);
});

onNode("a plugin that has served a call has loaded nothing of Node's that it does not need", async ({ sandbox }) => {
  await using plugin = await launch(kvPlugins, fixtureOptions(sandbox, "plugin-on-command"));
  const kv = await plugin.dispense("kv_grpc");
  const loaded = Buffer.from((await kv.get({ key: "builtins" })).value)
    .toString()
    .split(",");
  expect(loaded).toContain("NativeModule net");
  for (const name of ["cluster", "child_process", "dgram", "tty", "tls", "crypto", "http2", "worker_threads"]) {
    expect(loaded).not.toContain(`NativeModule ${name}`);
  }
});
