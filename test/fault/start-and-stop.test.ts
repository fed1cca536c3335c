import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { closeAll, type LaunchOptions, launch } from "@go-plugin/host";
import { describe, expect, vi } from "vitest";
import { faultPlugins } from "../src/fault-service.js";
import { recordLog } from "../src/log-recorder.js";
import { type Sandbox, test } from "../src/sandbox.js";
import { fixtureOptions, startError } from "../src/start-fixture.js";

const sha256 = (path: string) => createHash("sha256").update(readFileSync(path)).digest();

const start = (sandbox: Sandbox, name: string, options: Partial<LaunchOptions> = {}) =>
  launch(faultPlugins, fixtureOptions(sandbox, name, options));

describe("several plugins", () => {
  test("two at once do not mix", async ({ sandbox }) => {
    const [one, two] = await Promise.all([start(sandbox, "works"), start(sandbox, "works")]);
    expect(one.pid).not.toBe(two.pid);
    await one.close();
    const fault = await two.dispense("fault");
    expect(Buffer.from(await fault.call(Buffer.from("still there"))).toString()).toBe("still there");
    await two.close();
  });

  test("50 at once", { timeout: 120_000 }, async ({ sandbox }) => {
    const plugins = await Promise.all(Array.from({ length: 50 }, () => start(sandbox, "works")));
    expect(new Set(plugins.map(({ pid }) => pid)).size).toBe(50);
    const answers = await Promise.all(
      plugins.map(async (plugin, index) => {
        const fault = await plugin.dispense("fault");
        return Buffer.from(await fault.call(Buffer.from(String(index)))).toString();
      }),
    );
    expect(answers).toEqual(plugins.map((_, index) => String(index)));
    await closeAll();
    const exits = await Promise.all(plugins.map(({ exited }) => exited));
    expect(exits.every(({ code, expected }) => code === 0 && expected)).toBe(true);
  });

  test("one that fails does not hurt the other", async ({ sandbox }) => {
    const [failed, works] = await Promise.allSettled([
      start(sandbox, "exits-before-handshake"),
      start(sandbox, "works"),
    ]);
    expect(failed.status).toBe("rejected");
    if (works.status === "rejected") throw works.reason;
    await works.value.ping().catch(() => {});
    await works.value.close();
  });
});

describe("closeAll", () => {
  test("closes what runs and what is starting, managed plugins alone", async ({ sandbox }) => {
    const running = await start(sandbox, "works");
    const unmanaged = await start(sandbox, "works", { managed: false });
    const starting = startError(fixtureOptions(sandbox, "hangs-before-handshake"));
    await vi.waitFor(() => expect(sandbox.pids()).toHaveLength(3));
    await closeAll();
    expect(await running.exited).toMatchObject({ code: 0, expected: true });
    const error = await starting;
    expect(error.code).toBe("ERR_PLUGIN_ABORTED");
    expect(error.message).toContain("the plugin was closed while it was starting");
    expect(sandbox.pids()).toEqual([unmanaged.pid]);
    await unmanaged.close();
    await closeAll();
  });

  const early: Record<string, Partial<LaunchOptions>> = {
    "that has only been asked for": {},
    "whose file is being checked": {
      checksum: { algorithm: "sha256", expected: sha256(process.execPath), file: process.execPath },
    },
    "whose certificates are being made": { autoMtls: true },
  };
  for (const [what, options] of Object.entries(early)) {
    test(`ends a start ${what}, before there is a process`, async ({ sandbox }) => {
      const { logger, entries } = recordLog();
      let ended = false;
      const starting = startError(fixtureOptions(sandbox, "works", { logger, ...options })).finally(() => {
        ended = true;
      });
      await closeAll();
      await new Promise(setImmediate);
      expect(ended).toBe(true);
      expect((await starting).code).toBe("ERR_PLUGIN_ABORTED");
      expect(entries).toEqual([]);
    });
  }
});

describe("the signal", () => {
  test("that is aborted already starts nothing", async ({ sandbox }) => {
    const signal = AbortSignal.abort(new Error("not today"));
    const error = await startError(fixtureOptions(sandbox, "works", { signal }));
    expect(error).toMatchObject({ code: "ERR_PLUGIN_ABORTED", cause: { message: "not today" } });
    expect(error.stderrTail).toBeUndefined();
  });

  for (const name of ["hangs-before-handshake", "prints-partial-line", "hangs-after-handshake"]) {
    test(`aborts the start of a plugin that ${name.replaceAll("-", " ")}`, async ({ sandbox }) => {
      const controller = new AbortController();
      const starting = startError(fixtureOptions(sandbox, name, { signal: controller.signal }));
      await vi.waitFor(() => expect(sandbox.pids()).toHaveLength(1));
      controller.abort();
      expect((await starting).code).toBe("ERR_PLUGIN_ABORTED");
    });
  }

  test("closes the plugin that has been started, and keeps no listener", async ({ sandbox }) => {
    const controller = new AbortController();
    const plugin = await start(sandbox, "works", { signal: controller.signal });
    controller.abort();
    expect(await plugin.exited).toMatchObject({ code: 0, expected: true });
    await plugin.close();
  });
});
