import { existsSync, readdirSync, statSync } from "node:fs";
import { dirname } from "node:path";
import {
  type LaunchOptions,
  launch,
  type Plugin,
  type ReattachConfig,
  type Runner,
  type RunnerCommand,
  reattach,
  silentLogger,
} from "@go-plugin/host";
import { describe, expect, vi } from "vitest";
import { ChildRunner } from "../src/child-runner.js";
import { faultPlugins } from "../src/fault-service.js";
import { recordLog } from "../src/log-recorder.js";
import { type Sandbox, test } from "../src/sandbox.js";
import { fixtureOptions, startError } from "../src/start-fixture.js";

/** Options that run a fixture under a runner. `runners` collects the runners. */
function runnerOptions(
  sandbox: Sandbox,
  name: string,
  options: Partial<LaunchOptions> = {},
  change: (runner: ChildRunner) => Partial<Runner> = () => ({}),
) {
  const runners: ChildRunner[] = [];
  const specs: RunnerCommand[] = [];
  const launchOptions = fixtureOptions(sandbox, name, {
    sockets: { directory: sandbox.directory },
    runner: (spec) => {
      const runner = new ChildRunner(spec);
      runners.push(runner);
      specs.push(spec);
      return Object.assign(runner, change(runner));
    },
    ...options,
  });
  return { launchOptions, runners, specs };
}

async function echo(plugin: Plugin<(typeof faultPlugins)["versions"]>): Promise<string> {
  return String(await (await plugin.dispense("fault")).call(Buffer.from("hello")));
}

describe("a plugin under a runner", () => {
  test("starts, is called and ends; the directory that both share goes with it", async ({ sandbox }) => {
    const { launchOptions, runners, specs } = runnerOptions(sandbox, "serves");
    const plugin = await launch(faultPlugins, launchOptions);
    const [spec] = specs;
    expect(dirname(spec!.socketDirectory)).toBe(sandbox.directory);
    expect(spec!.env).toMatchObject({ PLUGIN_UNIX_SOCKET_DIR: spec!.socketDirectory, BASIC_PLUGIN: "hello" });
    expect(statSync(spec!.socketDirectory).mode & 0o777).toBe(0o700);
    expect(plugin).toMatchObject({ pid: Number.NaN, id: `child ${sandbox.pids()[0]}` });
    expect(plugin.reattachConfig()).toMatchObject({ pid: 0, network: "unix" });
    expect(dirname(plugin.reattachConfig().address)).toBe(spec!.socketDirectory);
    expect(await echo(plugin)).toBe("hello");
    await plugin.close();
    expect(await plugin.exited).toMatchObject({ code: 0, signal: null, expected: true });
    expect(existsSync(spec!.socketDirectory)).toBe(false);
    expect(runners[0]).toMatchObject({ kills: 0, translated: ["plugin unix"] });
  });

  test("is killed by it when it does not end by itself", async ({ sandbox }) => {
    const { launchOptions, runners } = runnerOptions(sandbox, "never-answers-shutdown", {
      shutdownTimeoutMs: 50,
      env: { TMPDIR: "/proc/self/cwd" },
    });
    const plugin = await launch(faultPlugins, launchOptions);
    await plugin.close();
    expect(await plugin.exited).toMatchObject({ signal: "SIGKILL", expected: true });
    expect(runners[0]!.kills).toBeGreaterThanOrEqual(1);
  });

  test("may end unexpectedly", async ({ sandbox }) => {
    const { launchOptions } = runnerOptions(sandbox, "serves");
    const plugin = await launch(faultPlugins, launchOptions);
    process.kill(sandbox.pids()[0]!, "SIGKILL");
    expect(await plugin.exited).toMatchObject({ signal: "SIGKILL", expected: false });
    await expect(plugin.ping()).rejects.toMatchObject({ code: "ERR_PLUGIN_CLOSED" });
    await plugin.close();
  });

  test("a runner whose kill and wait fail says so in the log, and the plugin ends all the same", async ({
    sandbox,
  }) => {
    const { logger, entries } = recordLog();
    const { launchOptions } = runnerOptions(
      sandbox,
      "never-answers-shutdown",
      { shutdownTimeoutMs: 50, logger, env: { TMPDIR: "/proc/self/cwd" } },
      (runner) => ({
        kill: async () => {
          ChildRunner.prototype.kill.call(runner);
          throw new Error("no kill");
        },
        wait: async () => {
          await ChildRunner.prototype.wait.call(runner);
          throw new Error("no wait");
        },
      }),
    );
    const plugin = await launch(faultPlugins, launchOptions);
    await plugin.close();
    expect(await plugin.exited).toMatchObject({ code: null, signal: null, expected: true });
    const errors = entries.filter(({ level }) => level === "error");
    expect(new Set(errors.map(({ message, fields }) => `${message}: ${(fields.error as Error).message}`))).toEqual(
      new Set(["the runner failed to kill the plugin: no kill", "the runner failed to wait for the plugin: no wait"]),
    );
  });
});

describe("a start that fails leaves nothing", () => {
  test("the runner cannot be made", async ({ sandbox }) => {
    const runner = () => Promise.reject(new Error("no such image"));
    const { launchOptions } = runnerOptions(sandbox, "serves", { runner });
    expect(await startError(launchOptions)).toMatchObject({
      code: "ERR_PLUGIN_SPAWN",
      message: /^the runner could not start the plugin: no such image/,
    });
  });

  test("the plugin cannot be started", async ({ sandbox }) => {
    const { launchOptions, runners } = runnerOptions(sandbox, "serves", { command: "/nowhere" });
    expect(await startError(launchOptions)).toMatchObject({
      code: "ERR_PLUGIN_SPAWN",
      message: /the runner could not start the plugin: spawn \/nowhere ENOENT/,
    });
    expect(runners[0]!.kills).toBe(1);
  });

  test("it takes too long", async ({ sandbox }) => {
    const { launchOptions, runners } = runnerOptions(sandbox, "serves", { startTimeoutMs: 100 }, () => ({
      start: () => new Promise(() => {}),
    }));
    expect(await startError(launchOptions)).toMatchObject({
      code: "ERR_PLUGIN_START_TIMEOUT",
      message: /it did not start under its runner within 100 ms/,
    });
    expect(runners[0]!.kills).toBe(1);
  });

  test("a runner that comes too late is killed", async ({ sandbox }) => {
    const { launchOptions, runners } = runnerOptions(sandbox, "serves", { startTimeoutMs: 100 });
    const { runner } = launchOptions;
    let arrive = () => {};
    const late = new Promise<void>((resolve) => {
      arrive = resolve;
    });
    const slow = { ...launchOptions, runner: (spec: RunnerCommand) => late.then(() => runner!(spec)) };
    expect(await startError(slow)).toMatchObject({
      code: "ERR_PLUGIN_START_TIMEOUT",
      message: /it did not get its runner within 100 ms/,
    });
    expect(runners).toEqual([]);
    arrive();
    await vi.waitFor(() => expect(runners[0]?.kills).toBe(1));
  });

  test("the signal ends the wait for a runner, of launch and of reattach", async ({ sandbox }) => {
    const runner = () => new Promise<never>(() => {});
    const signal = AbortSignal.timeout(50);
    const { launchOptions } = runnerOptions(sandbox, "serves", { runner, signal });
    expect(await startError(launchOptions)).toMatchObject({ code: "ERR_PLUGIN_ABORTED" });
    const config: ReattachConfig = { protocol: "grpc", version: 1, network: "unix", address: "/x", pid: 0 };
    await expect(reattach(faultPlugins, config, { runner, signal, logger: silentLogger })).rejects.toMatchObject({
      code: "ERR_PLUGIN_ABORTED",
    });
  });

  test("the address takes too long to translate", async ({ sandbox }) => {
    const { launchOptions } = runnerOptions(sandbox, "serves", { startTimeoutMs: 2_000 }, () => ({
      pluginToHost: () => new Promise<never>(() => {}),
    }));
    expect(await startError(launchOptions)).toMatchObject({
      code: "ERR_PLUGIN_START_TIMEOUT",
      message: /it did not have its address translated by its runner within 2000 ms/,
    });
  });

  test("the plugin exits: the error has the runner's diagnosis, and stderr", async ({ sandbox }) => {
    const { launchOptions } = runnerOptions(sandbox, "exits-before-handshake");
    const error = await startError(launchOptions);
    expect(error).toMatchObject({ code: "ERR_PLUGIN_EXITED" });
    expect(error.message).toMatch(/diagnosis of the runner:\n {4}it ran in \/proc\/self\/cwd/);
  });

  test("the runner does not know the address", async ({ sandbox }) => {
    const { launchOptions } = runnerOptions(sandbox, "serves", {}, () => ({
      pluginToHost: () => {
        throw new Error("not mine");
      },
    }));
    expect(await startError(launchOptions)).toMatchObject({
      code: "ERR_PLUGIN_CONNECT",
      message: /the runner does not know where the host reaches the plugin's unix ".*": not mine/,
    });
  });

  test("without translation there is nothing at the address", async ({ sandbox }) => {
    const { launchOptions } = runnerOptions(sandbox, "serves", {}, () => ({ pluginToHost: (address) => address }));
    expect(await startError(launchOptions)).toMatchObject({ code: "ERR_PLUGIN_CONNECT" });
  });

  test.for([
    { killTree: true },
    { endWithHost: true },
    { runner: "docker" as never },
    { sockets: { directory: "/nowhere" } },
    { sockets: { directory: `/tmp/${"x".repeat(100)}` } },
  ] satisfies Partial<LaunchOptions>[])("options that a runner cannot have: %j", async (options, { sandbox }) => {
    const { launchOptions } = runnerOptions(sandbox, "serves", options);
    expect(await startError(launchOptions)).toMatchObject({ code: "ERR_PLUGIN_OPTIONS" });
  });
});

test("the directory and the socket in it are the group's", async ({ sandbox }) => {
  const gid = process.getgid!();
  const { launchOptions } = runnerOptions(sandbox, "serves", {
    sockets: { directory: sandbox.directory, group: String(gid) },
  });
  const plugin = await launch(faultPlugins, launchOptions);
  const { address } = plugin.reattachConfig();
  expect(statSync(dirname(address))).toMatchObject({ gid, mode: 0o040770 });
  expect(statSync(address)).toMatchObject({ gid, mode: 0o140660 });
  await plugin.close();
});

test("the next host attaches by a runner, and ends the plugin", async ({ sandbox }) => {
  const { launchOptions, runners } = runnerOptions(sandbox, "keeps-state-for-the-next-host");
  const first = await launch(faultPlugins, launchOptions);
  await echo(first);
  const config = JSON.parse(JSON.stringify(first.reattachConfig()));
  first.detach();

  const options = { logger: silentLogger, runner: () => runners[0]! };
  const second = await reattach(faultPlugins, config, options);
  expect(second).toMatchObject({ pid: Number.NaN, id: first.id });
  expect(await echo(second)).toBe("2");
  expect(second.reattachConfig()).toEqual(config);
  await second.close();
  expect(await second.exited).toMatchObject({ expected: true });
  expect(readdirSync(sandbox.directory)).toEqual([]);
  await expect(reattach(faultPlugins, config, { logger: silentLogger })).rejects.toMatchObject({
    code: "ERR_PLUGIN_OPTIONS",
    message: /pid: expected the pid of a process, got 0/,
  });
});
