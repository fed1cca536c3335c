import { readFileSync } from "node:fs";
import { join } from "node:path";
import { definePlugins, fromTsProto, grpc, launch, netrpc } from "@go-plugin/host";
import { fixture } from "@go-plugin/test/build-fixtures";
import { basicPlugins, Kv, kvNetRpcPlugins } from "@go-plugin/test/kv-netrpc";
import { recordLog } from "@go-plugin/test/log-recorder";
import { pluginRuntime } from "@go-plugin/test/runtime";
import { describe, expect } from "vitest";
import { KVDefinition } from "../../examples/kv/src/gen/kv.js";
import { goProgram } from "../src/build-go.js";
import { test } from "../src/example-place.js";

const ours = (name: string) => [...pluginRuntime, fixture(name)];

describe("HashiCorp's hosts run TypeScript plugins as they run their own", () => {
  test("basic: the greeter", async ({ place }) => {
    const outcome = async (command: readonly string[]) => {
      const { run, install } = place();
      install("plugin/greeter", command);
      const stdout = await run("basic-host", []);
      return stdout.split("\n").filter((line) => line !== "" && !/^\d{4}-\d\d-\d\dT/.test(line));
    };
    const go = await outcome([goProgram("basic-plugin")]);
    expect(go).toEqual(["Hello!"]);
    expect(await outcome(ours("plugin-twin-of-basic"))).toEqual(go);
  });

  test("grpc: the KV host, over net/rpc", async ({ place }) => {
    const outcome = async (plugin: string) => {
      const { folder, run } = place();
      const env = { KV_PLUGIN: plugin, KV_PROTO: "netrpc" };
      const put = await run("grpc-host", ["put", "hello", "world"], env);
      const stored = readFileSync(join(folder, "kv_hello"), "utf8");
      return { put, stored, got: await run("grpc-host", ["get", "hello"], env) };
    };
    const go = await outcome(goProgram("grpc-plugin-netrpc"));
    expect(go.got).toContain("world");
    const typescript = (text: string) => text.replace("plugin-go-netrpc", "plugin-typescript-netrpc");
    expect(await outcome(ours("plugin-twin-of-kv-netrpc").join(" "))).toEqual({
      ...go,
      stored: typescript(go.stored),
      got: typescript(go.got),
    });
  });

  test("negotiated: net/rpc in version 2, gRPC in version 3, as the host asks", async ({ place }) => {
    const outcome = async (command: readonly string[]) => {
      const { run, install } = place();
      install("kv-plugin", command);
      const outputs: string[] = [];
      for (const KV_PROTO of ["netrpc", "grpc"]) {
        outputs.push(await run("negotiated-host", ["put", "hello", KV_PROTO], { KV_PROTO }));
        outputs.push(await run("negotiated-host", ["get", "hello"], { KV_PROTO }));
      }
      return outputs;
    };
    const go = await outcome([goProgram("negotiated-plugin")]);
    expect(go.join()).toMatch(/plugin version 2[\s\S]*plugin version 3/);
    expect(await outcome(ours("plugin-twin-of-negotiated"))).toEqual(go);
  });
});

describe("plugins that have only version 1, over net/rpc", () => {
  const sets = { 2: netrpc({ kv: Kv }), 3: grpc({ kv: fromTsProto(KVDefinition) }) };
  const cookie = { magicCookieKey: "BASIC_PLUGIN", magicCookieValue: "hello" };

  test.for(["basic-plugin", "grpc-plugin-netrpc"])(
    "%s is refused by a host of versions 2 and 3, as by negotiated's",
    async (name, { sandbox, place }) => {
      const { folder, run, install } = place();
      install("kv-plugin", [goProgram(name)]);
      // This host has only version 2 for net/rpc, and leaves the plugin's socket behind.
      const printed = await run("negotiated-host", ["get", "hello"], { KV_PROTO: "netrpc", TMPDIR: folder });
      const inGo = printed.trim().replace("Error: ", "").replace("[2]", "[2 3]");
      expect(inGo).toMatch("incompatible API version");
      const options = { command: goProgram(name), env: sandbox.env };
      await expect(launch(definePlugins({ ...cookie, versions: sets }), options)).rejects.toThrow(inGo);
    },
  );

  test("a host that has version 1 too takes it", async ({ sandbox, place }) => {
    const options = { command: goProgram("grpc-plugin-netrpc"), env: sandbox.env, cwd: place().folder };
    const versions = { ...sets, 1: netrpc({ kv: Kv }) };
    await using plugin = await launch(definePlugins({ ...cookie, versions }), options);
    if (plugin.version !== 1) throw new Error(`expected version 1, got ${plugin.version}`);
    expect(plugin.protocol).toBe("netrpc");
    const kv = await plugin.dispense("kv");
    await kv.put({ key: "x", value: Buffer.from("a") });
    expect(Buffer.from(await kv.get("x")).toString()).toContain("a");
  });
});

describe("TypeScript hosts run HashiCorp's plugins", () => {
  test.for([false, true])("basic: the greeter, AutoMTLS %s", async (autoMtls, { sandbox }) => {
    const { logger, entries } = recordLog();
    const options = { command: goProgram("basic-plugin"), env: sandbox.env, logger, autoMtls };
    const plugin = await launch(basicPlugins, options);
    expect(plugin).toMatchObject({ protocol: "netrpc", version: 1 });
    await plugin.ping();
    expect(await (await plugin.dispense("greeter")).greet()).toBe("Hello!");
    await plugin.close();
    expect(await plugin.exited).toMatchObject({ code: 0, expected: true });
    expect(entries.map(({ message }) => message)).toContain("message from GreeterHello.Greet");
  });

  test("grpc: the KV plugin over net/rpc, and an error of its own", async ({ sandbox, place }) => {
    const options = { command: goProgram("grpc-plugin-netrpc"), env: sandbox.env, cwd: place().folder };
    await using plugin = await launch(kvNetRpcPlugins, options);
    const kv = await plugin.dispense("kv");
    expect(await kv.put({ key: "hello", value: Buffer.from("world") })).toBe(null);
    expect(Buffer.from(await kv.get("hello")).toString()).toBe("world\n\nWritten from plugin-go-netrpc");
    await expect(kv.get("missing")).rejects.toMatchObject({
      code: "ERR_RPC_SERVER",
      message: "open kv_missing: no such file or directory",
    });
    await plugin.ping();
  });

  test("negotiated: the highest version that both have, by either protocol", async ({ sandbox, place }) => {
    const sets = { 2: netrpc({ kv: Kv }), 3: grpc({ kv: fromTsProto(KVDefinition) }) };
    const cookie = { magicCookieKey: "BASIC_PLUGIN", magicCookieValue: "hello" };
    const options = { command: goProgram("negotiated-plugin"), env: sandbox.env, cwd: place().folder };

    await using both = await launch(definePlugins({ ...cookie, versions: sets }), options);
    if (both.version !== 3) throw new Error(`expected version 3, got ${both.version}`);
    await (await both.dispense("kv")).put({ key: "x", value: Buffer.from("a") });

    await using old = await launch(definePlugins({ ...cookie, versions: { 2: sets[2] } }), options);
    expect(old).toMatchObject({ version: 2, protocol: "netrpc" });
    const value = await (await old.dispense("kv")).get("x");
    expect(Buffer.from(value).toString()).toBe("a\n\nWritten from plugin version 3\nRead by plugin version 2\n");

    const restricted = definePlugins({ ...cookie, versions: sets });
    await using chosen = await launch(restricted, { ...options, allowedProtocols: ["netrpc"] });
    expect(chosen).toMatchObject({ version: 2, protocol: "netrpc" });
  });
});
