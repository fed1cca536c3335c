import { execFile, spawn } from "node:child_process";
import { promisify } from "node:util";
import { launch, type ReattachConfig, reattach, silentLogger } from "@go-plugin/host";
import { describe, expect, vi } from "vitest";
import { fixture } from "../src/build-fixtures.js";
import { faultPlugins } from "../src/fault-service.js";
import { hostRuntime, pluginRuntime } from "../src/runtime.js";
import { type Sandbox, test } from "../src/sandbox.js";
import { fixtureOptions } from "../src/start-fixture.js";

const options = { logger: silentLogger, shutdownTimeoutMs: 5_000 };

/** Starts the plugin by a host process that has ended when this returns. */
async function startedByAnotherHost(sandbox: Sandbox, autoMtls = false): Promise<ReattachConfig> {
  const [file, ...args] = [
    ...hostRuntime,
    fixture("starts-plugin-and-hands-it-over"),
    String(autoMtls),
    ...pluginRuntime,
    fixture("keeps-state-for-the-next-host"),
  ] as const;
  const env = { ...process.env, ...sandbox.env };
  const { stdout } = await promisify(execFile)(file, args, { env });
  const config: ReattachConfig = JSON.parse(stdout);
  expect(sandbox.pids()).toEqual([config.pid]);
  return config;
}

async function call(plugin: { dispense(name: "fault"): Promise<{ call(bytes: Uint8Array): Promise<Uint8Array> }> }) {
  return String(await (await plugin.dispense("fault")).call(new Uint8Array()));
}

describe("a plugin outlives its host", () => {
  test.for([false, true])("and the next one finds its state, AutoMTLS %s", async (autoMtls, { sandbox }) => {
    const config = await startedByAnotherHost(sandbox, autoMtls);
    const plugin = await reattach(faultPlugins, config, options);
    expect(await call(plugin)).toBe("2");
    expect(plugin).toMatchObject({ pid: config.pid, version: 1, protocol: "grpc" });
    expect(plugin.reattachConfig({ includeKeys: true })).toEqual(config);
    await plugin.close();
    expect(sandbox.pids()).toEqual([]);
    expect(await plugin.exited).toMatchObject({ expected: true });
  });

  test("and may be handed on and on", async ({ sandbox }) => {
    const config = await startedByAnotherHost(sandbox);
    for (const expected of ["2", "3", "4"]) {
      const plugin = await reattach(faultPlugins, config, options);
      expect(await call(plugin)).toBe(expected);
      plugin.detach();
      await expect(plugin.ping()).rejects.toMatchObject({ code: "ERR_PLUGIN_CLOSED" });
    }
    await (await reattach(faultPlugins, config, options)).close();
    expect(sandbox.pids()).toEqual([]);
  });
});

describe("nothing is ended that is not the plugin", () => {
  test("a stranger that has the pid", async ({ sandbox }) => {
    const config = await startedByAnotherHost(sandbox);
    const stranger = spawn("sleep", ["1000"], { env: { ...process.env, ...sandbox.env }, stdio: "ignore" });
    await vi.waitFor(() => expect(sandbox.pids()).toHaveLength(2));
    await expect(reattach(faultPlugins, { ...config, pid: stranger.pid! }, options)).rejects.toMatchObject({
      code: "ERR_PLUGIN_REATTACH",
      message: expect.stringContaining(`process ${stranger.pid} is not the plugin`),
    });
    expect(sandbox.pids().sort()).toEqual([config.pid, stranger.pid].sort());
    stranger.kill("SIGKILL");
    await (await reattach(faultPlugins, config, options)).close();
  });

  test("the host itself, the process that has started it, and the first of all", async ({ sandbox }) => {
    const config = await startedByAnotherHost(sandbox);
    for (const pid of [process.pid, process.ppid, 1]) {
      await expect(reattach(faultPlugins, { ...config, pid }, options)).rejects.toMatchObject({
        code: "ERR_PLUGIN_REATTACH",
        message: expect.stringContaining(
          `process ${pid} is not the plugin: closing the plugin would end it, and it is this host or one of its parents`,
        ),
      });
    }
    await (await reattach(faultPlugins, config, options)).close();
  });

  test("a plugin in test mode is left running", async ({ sandbox }) => {
    const config = await startedByAnotherHost(sandbox);
    const plugin = await reattach(faultPlugins, { ...config, test: true }, options);
    expect(await call(plugin)).toBe("2");
    await plugin.close();
    expect(sandbox.pids()).toEqual([config.pid]);
    await (await reattach(faultPlugins, config, options)).close();
  });
});

describe("what cannot be reattached to is refused with the reason", () => {
  test("a process that is gone", async ({ sandbox }) => {
    const config = await startedByAnotherHost(sandbox);
    await (await reattach(faultPlugins, config, options)).close();
    await expect(reattach(faultPlugins, config, options)).rejects.toMatchObject({
      code: "ERR_PLUGIN_NOT_FOUND",
      message: /reattachment process not found/,
    });
  });

  test("a version that this host does not have", async ({ sandbox }) => {
    const config = await startedByAnotherHost(sandbox);
    await expect(reattach(faultPlugins, { ...config, version: 7 }, options)).rejects.toMatchObject({
      code: "ERR_PLUGIN_VERSION",
      message: /version 7 \(grpc\), this host has 1 \(grpc\)/,
    });
    await (await reattach(faultPlugins, config, options)).close();
  });

  test("AutoMTLS without its keys, and multiplexing", async ({ sandbox }) => {
    const command = fixtureOptions(sandbox, "serves");
    const secured = await launch(faultPlugins, { ...command, autoMtls: true });
    expect(() => secured.reattachConfig()).toThrow(/includeKeys/);
    await secured.close();
    const multiplexed = await launch(faultPlugins, { ...command, multiplex: true });
    expect(() => multiplexed.reattachConfig()).toThrow(/multiplexed plugin cannot be reattached/);
    await multiplexed.close();
  });

  test.each([
    [{ pid: "1" }, /pid: expected the pid of a process, got "1"/],
    [{ protocol: "http" }, /protocol: expected "grpc" or "netrpc"/],
    [{ address: "" }, /address: expected/],
    [{ tls: { key: "secret" } }, /tls: expected \{ ca, cert, key \} in PEM, got something else/],
  ])("a configuration that is none: %j", async (wrong, message) => {
    const config = { protocol: "grpc", version: 1, network: "unix", address: "/x", pid: 1, ...wrong } as ReattachConfig;
    await expect(reattach(faultPlugins, config, options)).rejects.toMatchObject({
      code: "ERR_PLUGIN_OPTIONS",
      message,
    });
  });
});

test.each([
  { checksum: { algorithm: "sha256", expected: "00" } },
  { autoMtls: true },
  { multiplex: true },
  { command: "plugin" },
  { rawStderr: process.stderr },
  { autoMTLS: true },
])("an option that reattach would not heed is refused: %o", async (option) => {
  const config: ReattachConfig = { protocol: "grpc", version: 1, network: "unix", address: "/x", pid: 1 };
  await expect(reattach(faultPlugins, config, { ...options, ...option })).rejects.toMatchObject({
    code: "ERR_PLUGIN_OPTIONS",
    message: new RegExp(`option ${Object.keys(option)[0]}: expected one of startTimeoutMs, .*started already`),
  });
});
