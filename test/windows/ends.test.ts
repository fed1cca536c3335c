import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { after, test } from "node:test";
import { closeAll, type LaunchOptions, launch, type ReattachConfig, reattach, supervise } from "@go-plugin/host";
import { kvPlugins } from "../../examples/kv/src/shared.js";
import { ended, fixture, folder, goProgram, isRunning, onWine, quiet, writeShim } from "./support.js";

after(closeAll);

const onCommand = { command: process.execPath, args: [fixture("plugin-on-command")] };
const keeping = {
  Go: { command: goProgram("kv-plugin"), args: ["grpc"] },
  TypeScript: { command: process.execPath, args: [fixture("keeps-kv-in-memory"), "grpc"] },
};

/** Wine 8 sometimes keeps a connection open whose process has been killed. */
const killed = onWine ? "hang-up" : "stay";

/** Starts a host in a process of its own. */
async function startHost(how: "detach" | "hang-up" | "stay", options: LaunchOptions) {
  const host = spawn(process.execPath, [fixture("windows/host"), how, JSON.stringify(options)], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(host, "exit");
  const [line] = (await Promise.race([once(host.stdout, "data"), once(host.stdout, "end")])) as [Buffer?];
  if (!line) throw new Error("the host ended without a plugin");
  return { host, exited, config: JSON.parse(line.toString()) as ReattachConfig };
}

for (const [language, options] of Object.entries(keeping)) {
  for (const autoMtls of [false, true]) {
    test(`a plugin in ${language} outlives its host, and the next one takes it over, AutoMTLS ${autoMtls}`, async () => {
      const { exited, config } = await startHost("detach", { ...options, autoMtls });
      await exited;
      assert.ok(isRunning(config.pid), "the plugin ended with its host");
      const plugin = await reattach(kvPlugins, config, quiet);
      const kv = await plugin.dispense("kv_grpc");
      await kv.put({ key: "a", value: Buffer.from("1") });
      assert.equal(Buffer.from((await kv.get({ key: "a" })).value).toString(), "1");
      await plugin.close();
      await ended(config.pid);
    });
  }
}

test("reattach: a process that is not there", async () => {
  const { host, config } = await startHost("stay", keeping.Go);
  process.kill(config.pid, "SIGKILL");
  await ended(config.pid);
  await assert.rejects(reattach(kvPlugins, config, quiet), { code: "ERR_PLUGIN_NOT_FOUND" });
  host.kill();
});

test("a plugin in TypeScript ends with a host that is killed", async () => {
  const { host, exited, config } = await startHost(killed, onCommand);
  host.kill("SIGKILL");
  await exited;
  await ended(config.pid);
});

test("and behind a batch file too", async () => {
  const shim = writeShim(join(folder("killed"), "kv.cmd"), onCommand.args[0]!);
  const { host, exited, config } = await startHost(killed, { command: shim });
  const plugin = await reattach(kvPlugins, config, quiet);
  const kv = await plugin.dispense("kv_grpc");
  const pid = Number(Buffer.from((await kv.get({ key: "pid" })).value).toString());
  assert.notEqual(pid, config.pid);
  plugin.detach();
  host.kill("SIGKILL");
  await exited;
  await ended(pid);
});

test("a plugin in Go does when the host asked for that, and else goes on", async () => {
  const ends = await startHost("stay", { ...keeping.Go, endWithHost: true });
  ends.host.kill("SIGKILL");
  await ends.exited;
  await ended(ends.config.pid);
  const stays = await startHost("stay", keeping.Go);
  stays.host.kill("SIGKILL");
  await stays.exited;
  assert.ok(isRunning(stays.config.pid));
  process.kill(stays.config.pid, "SIGKILL");
  await ended(stays.config.pid);
});

test("closing ends a plugin that hangs", async () => {
  const plugin = await launch(kvPlugins, { ...quiet, ...onCommand, shutdownTimeoutMs: 200 });
  const kv = await plugin.dispense("kv_grpc");
  kv.get({ key: "hang-for-ever" }).catch(() => {});
  await plugin.close();
  await ended(plugin.pid);
});

// Wine's taskkill knows no /T.
test("killTree ends what the plugin has started", { skip: onWine && "Wine's taskkill has no /T" }, async () => {
  const shim = writeShim(join(folder("tree"), "kv.cmd"), onCommand.args[0]!);
  const plugin = await launch(kvPlugins, { ...quiet, command: shim, killTree: true, shutdownTimeoutMs: 0 });
  const kv = await plugin.dispense("kv_grpc");
  const pid = Number(Buffer.from((await kv.get({ key: "pid" })).value).toString());
  await plugin.close();
  await ended(pid);
});

test("a supervised plugin is started again", async () => {
  const plugin = await supervise(kvPlugins, { ...quiet, ...onCommand, restart: { firstDelayMs: 10 } });
  const kv = await plugin.dispense("kv_grpc");
  const pid = async () => Number(Buffer.from((await kv.get({ key: "pid" })).value).toString());
  const first = await pid();
  process.kill(first, "SIGKILL");
  await ended(first);
  await plugin.current();
  let second = first;
  while (second === first) second = await pid().catch(() => first);
  await plugin.close();
  await ended(second);
});
