import { existsSync, readFileSync } from "node:fs";
import { type LaunchOptions, launch } from "@go-plugin/host";
import { describe, expect, vi } from "vitest";
import { faultPlugins } from "../src/fault-service.js";
import { basicPlugins } from "../src/kv-netrpc.js";
import { recordLog } from "../src/log-recorder.js";
import { type Sandbox, test } from "../src/sandbox.js";
import { fixtureOptions } from "../src/start-fixture.js";

const start = (sandbox: Sandbox, name: string, options: Partial<LaunchOptions> = {}) =>
  launch(faultPlugins, fixtureOptions(sandbox, name, options));

describe("closing", () => {
  test("a plugin that works, twice and at once", async ({ sandbox }) => {
    const plugin = await start(sandbox, "works");
    const fault = await plugin.dispense("fault");
    expect(Buffer.from(await fault.call(Buffer.from("hello"))).toString()).toBe("hello");
    await Promise.all([plugin.close(), plugin.close(), plugin[Symbol.asyncDispose]()]);
    await plugin.close();
    expect(await plugin.exited).toEqual({ code: 0, signal: null, stderrTail: "", expected: true });
  });

  test("one that never answers Shutdown takes SIGTERM", async ({ sandbox }) => {
    const { logger, entries } = recordLog();
    const plugin = await start(sandbox, "never-answers-shutdown", { shutdownTimeoutMs: 100, logger });
    await plugin.close();
    expect(await plugin.exited).toMatchObject({ code: null, signal: "SIGTERM", expected: true });
    expect(entries).toContainEqual({
      level: "warn",
      message: "plugin failed to exit gracefully",
      fields: { pid: plugin.pid, signal: "SIGTERM" },
    });
  });

  test("over net/rpc, one that never answers Quit takes SIGTERM, in time", async ({ sandbox }) => {
    const options = fixtureOptions(sandbox, "never-answers-quit", { shutdownTimeoutMs: 100 });
    const plugin = await launch(basicPlugins, options);
    const before = performance.now();
    await plugin.close();
    expect(performance.now() - before).toBeLessThan(2_000);
    expect(await plugin.exited).toMatchObject({ code: null, signal: "SIGTERM", expected: true });
  });

  test("one that ignores SIGTERM as well takes SIGKILL", async ({ sandbox }) => {
    const plugin = await start(sandbox, "ignores-shutdown-and-sigterm", { shutdownTimeoutMs: 1_000 });
    await plugin.close();
    expect(await plugin.exited).toMatchObject({ signal: "SIGKILL", stderrTail: "SIGTERM ignored\n", expected: true });
  });

  test("one that is not to be waited for", async ({ sandbox }) => {
    const plugin = await start(sandbox, "ignores-shutdown-and-sigterm", { shutdownTimeoutMs: 0 });
    await plugin.close();
    expect(await plugin.exited).toMatchObject({ code: null, expected: true });
  });

  test("one that cannot be asked is not waited for", async ({ sandbox }) => {
    const plugin = await start(sandbox, "has-no-controller", { shutdownTimeoutMs: 30_000 });
    const before = performance.now();
    await plugin.close();
    expect(performance.now() - before).toBeLessThan(15_000);
    expect(await plugin.exited).toMatchObject({ signal: "SIGTERM", expected: true });
  });

  test.for([
    ["has closed its idle connection", "drops-idle-connections"],
    ["has said GOAWAY", "goes-away-after-each-call"],
  ] as const)("one that %s is asked over a new one", async ([, name], { sandbox }) => {
    const { logger, entries } = recordLog();
    const plugin = await start(sandbox, name, { shutdownTimeoutMs: 30_000, logger });
    const fault = await plugin.dispense("fault");
    await fault.call(Buffer.from("hello"));
    await vi.waitFor(() => expect(entries.map(({ message }) => message)).toContain("closed"));
    await plugin.close();
    expect(await plugin.exited).toMatchObject({ code: 0, signal: null, expected: true });
    expect(entries.filter(({ level }) => level === "warn")).toEqual([]);
  });

  test("removes the sockets that the plugin has offered and left behind", async ({ sandbox }) => {
    const plugin = await start(sandbox, "leaves-brokered-sockets");
    const path = String(Buffer.from(await (await plugin.dispense("fault")).call(new Uint8Array())));
    await vi.waitFor(() => expect(existsSync(path)).toBe(true));
    await plugin.close();
    expect(existsSync(path)).toBe(false);
  });

  test("a call between the end of the connection and the end of the process says how the plugin ended", async ({
    sandbox,
  }) => {
    const plugin = await start(sandbox, "exits-when-told");
    const fault = await plugin.dispense("fault");
    await fault.call(new Uint8Array()).catch(() => {});
    const error = await fault.call(new Uint8Array()).catch((reason) => reason);
    expect(error).toMatchObject({ code: 14, details: expect.stringContaining("the plugin exited with code 4") });
    expect(error.details).toContain("the disk is full");
    await plugin.close();
  });

  test("one that exits with an error is an end like any other", async ({ sandbox }) => {
    const plugin = await start(sandbox, "fails-to-exit-cleanly");
    await plugin.close();
    expect(await plugin.exited).toMatchObject({ code: 9, signal: null, expected: true });
  });

  test("one that is stopped", async ({ sandbox }) => {
    const plugin = await start(sandbox, "works", { shutdownTimeoutMs: 100 });
    process.kill(plugin.pid, "SIGSTOP");
    await plugin.close();
    expect(await plugin.exited).toMatchObject({ signal: "SIGKILL", expected: true });
  });

  test("a grandchild that holds the pipes delays nothing, and lives on", async ({ sandbox }) => {
    const plugin = await start(sandbox, "leaves-grandchild");
    await plugin.close();
    expect(await plugin.exited).toMatchObject({ code: 0, expected: true });
    expect(sandbox.pids()).toHaveLength(2);
    for (const pid of sandbox.pids()) process.kill(pid, "SIGKILL");
  });

  test("killTree ends the plugin's own processes too", async ({ sandbox }) => {
    const plugin = await start(sandbox, "leaves-grandchild", { killTree: true });
    expect(sandbox.pids()).toHaveLength(3);
    await plugin.close();
    expect(await plugin.exited).toMatchObject({ code: 0, expected: true });
    expect(sandbox.pids()).toEqual([]);
  });
});

describe("a plugin that ends by itself", () => {
  test("in the middle of a call", async ({ sandbox }) => {
    const { logger, entries } = recordLog();
    const plugin = await start(sandbox, "crashes-in-mid-call", { logger });
    const fault = await plugin.dispense("fault");
    await expect(fault.call(new Uint8Array())).rejects.toMatchObject({ code: 14 });
    expect(await plugin.exited).toEqual({
      code: 2,
      signal: null,
      stderrTail: "panic: out of cheese\n\ngoroutine 7 [running]:\nmain.call()\n",
      expected: false,
    });
    await plugin.close();
    await expect(fault.call(new Uint8Array())).rejects.toMatchObject({
      code: 14,
      message: expect.stringMatching(/the plugin exited with code 2; the end of its stderr:\npanic: out of cheese/),
      cause: { code: "ERR_PLUGIN_CLOSED", exitCode: 2, stderrTail: expect.stringContaining("goroutine 7") },
    });
    expect(entries.filter(({ level }) => level === "error").map(({ message }) => message)).toEqual([
      "panic: out of cheese\n\ngoroutine 7 [running]:\nmain.call()",
      "plugin process exited unexpectedly",
    ]);
    await expect(plugin.dispense("fault")).rejects.toMatchObject({
      code: "ERR_PLUGIN_CLOSED",
      stderrTail: expect.stringContaining("out of cheese"),
    });
  });

  test("in the middle of a stream", async ({ sandbox }) => {
    const plugin = await start(sandbox, "crashes-in-mid-stream");
    const fault = await plugin.dispense("fault");
    const received: string[] = [];
    const reading = (async () => {
      for await (const message of fault.stream(new Uint8Array())) {
        received.push(Buffer.from(message).toString());
        process.kill(plugin.pid, "SIGUSR2");
      }
    })();
    await expect(reading).rejects.toMatchObject({ code: 14 });
    expect(received).toEqual(["first"]);
    expect(await plugin.exited).toMatchObject({ code: null, signal: "SIGSEGV", expected: false });
  });

  test("needs no close: nothing of it is left", async ({ sandbox }) => {
    const plugin = await start(sandbox, "works");
    process.kill(plugin.pid, "SIGKILL");
    expect(await plugin.exited).toMatchObject({ signal: "SIGKILL", expected: false });
  });
});

test("stdout is drained for ever, in bytes", async ({ sandbox }) => {
  await using plugin = await start(sandbox, "prints-for-ever");
  const fault = await plugin.dispense("fault");
  const printed = async () => Number(Buffer.from(await fault.call(new Uint8Array())).toString());
  while ((await printed()) < 10_000_000) await new Promise(setImmediate);
});

test("stdin is the host's own", async ({ sandbox }) => {
  await using plugin = await start(sandbox, "works");
  // Its flags say, besides, whether children get it too, which differs between runtimes.
  const withoutFlags = (path: string) => readFileSync(path, "utf8").replace(/^flags:.*$/m, "");
  expect(withoutFlags(`/proc/${plugin.pid}/fdinfo/0`)).toBe(withoutFlags("/proc/self/fdinfo/0"));
});
