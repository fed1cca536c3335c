import { Writable } from "node:stream";
import { type LaunchOptions, launch } from "@go-plugin/host";
import { expect } from "vitest";
import { kvPlugins } from "../../examples/kv/src/shared.js";
import { recordLog } from "../src/log-recorder.js";
import { type Sandbox, test } from "../src/sandbox.js";
import { fixtureOptions } from "../src/start-fixture.js";

async function start(sandbox: Sandbox, options: Partial<LaunchOptions>) {
  const plugin = await launch(kvPlugins, fixtureOptions(sandbox, "plugin-on-command", options));
  const kv = await plugin.dispense("kv_grpc");
  return { plugin, command: (key: string) => kv.get({ key }) };
}

test("the log says that output was dropped because nobody had taken it a second after the exit", async ({
  sandbox,
}) => {
  const { logger, entries } = recordLog();
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const stdout = new Writable({ highWaterMark: 1, write: () => asked() });
  const { plugin, command } = await start(sandbox, { logger, stdout });
  await command("print never taken");
  await isAsked;
  process.kill(plugin.pid, "SIGKILL");
  await plugin.close();
  expect(entries.filter(({ level }) => level === "warn")).toMatchObject([
    { message: "dropping the end of the plugin's output, which was not read in time", fields: { pid: plugin.pid } },
  ]);
});

test("a plugin whose output nobody wants does not wait for a reader", async ({ sandbox }) => {
  const { logger, entries } = recordLog();
  const { plugin, command } = await start(sandbox, { logger });
  // Far more than all buffers on the way hold, written as fast as it is read.
  await command(`stdout ${64 << 20}`);
  await command(`stderr ${16 << 20}`);
  await plugin.close();
  expect(await plugin.exited).toMatchObject({ code: 0, expected: true });
  expect(entries.filter(({ level }) => level === "warn" || level === "error")).toEqual([]);
});
