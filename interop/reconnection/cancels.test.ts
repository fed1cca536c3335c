import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { healthService } from "@go-plugin/grpc/health";
import { definePlugins, grpc, launch } from "@go-plugin/host";
import { fixture } from "@go-plugin/test/build-fixtures";
import { pluginRuntime } from "@go-plugin/test/runtime";
import { test } from "@go-plugin/test/sandbox";
import { describe, expect } from "vitest";
import { goProgram } from "../src/build-go.js";
import { kvService } from "./calls.js";
import { cancelMany, cancels } from "./cancels.js";

/** Calls of each kind. CANCELS=200000 makes a whole run of it, which takes some minutes. */
const count = Number(process.env.CANCELS ?? 3_000);
const timeout = 60_000 + count * 5;

/** The definition of KV, with the health service, which every plugin serves besides. */
const plugins = definePlugins({
  magicCookieKey: "BASIC_PLUGIN",
  magicCookieValue: "hello",
  versions: { 1: grpc({ kv_grpc: kvService, health: healthService }) },
});

const commands: Record<string, () => readonly [string, ...string[]]> = {
  Go: () => [goProgram("kv-plugin"), "grpc"],
  TypeScript: () => [...pluginRuntime, fixture("keeps-kv-in-memory"), "grpc"],
};

describe.each(Object.entries(commands))("a plugin in %s", (_, commandOf) => {
  test.for(Object.entries(cancels))("does not mind %s", { timeout }, async ([, cancel], { sandbox }) => {
    const [command, ...args] = commandOf();
    await using plugin = await launch(plugins, { command, args, env: sandbox.env });
    const [kv, health] = await Promise.all([plugin.dispense("kv_grpc"), plugin.dispense("health")]);
    await kv.put({ key: "key", value: Buffer.from("value") });
    expect(
      await cancelMany(
        () => cancel(health),
        count,
        () => kv.get({ key: "key" }),
      ),
    ).toEqual([]);
  });
});

test("nor does a plugin in TypeScript under a Go host", { timeout }, async ({ sandbox }) => {
  const args = ["-count", String(count), ...commands.TypeScript!()];
  const env = { ...process.env, ...sandbox.env };
  const { stdout } = await promisify(execFile)(goProgram("cancelling-host"), args, { env });
  expect(JSON.parse(stdout)).toEqual({ abort: 0, deadline: 0, leave: 0 });
});
