import { once } from "node:events";
import { existsSync, readdirSync } from "node:fs";
import { connect } from "node:net";
import { describe, expect, vi } from "vitest";
import { fixture } from "../src/build-fixtures.js";
import { commandsOf, type RawPluginOptions, startRawPlugin } from "../src/raw-plugin.js";
import { pluginRuntime } from "../src/runtime.js";
import { type Sandbox, test } from "../src/sandbox.js";

async function start(sandbox: Sandbox, name = "plugin-on-command", options: RawPluginOptions = {}) {
  const plugin = startRawPlugin(sandbox, name, options);
  const host = await plugin.connect();
  return { plugin, host, command: await commandsOf(host), address: (await plugin.handshake()).address };
}

const serveOptions = (options: object): RawPluginOptions => ({ env: { FIXTURE_OPTIONS: JSON.stringify(options) } });

describe("a plugin that its host ends", () => {
  test("answers, ends with code 0 and leaves nothing", async ({ sandbox }) => {
    const { plugin, host, command, address } = await start(sandbox);
    const hanging = command("hang-for-ever").catch((error) => error);
    const pinged = host.ping();
    await pinged;
    await host.shutdown({ timeoutMs: 10_000 });
    host.close();
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
    expect(await hanging).toBeInstanceOf(Error);
    expect(existsSync(address)).toBe(false);
  });

  test("ends too when the host does not hang up", async ({ sandbox }) => {
    const { plugin, host } = await start(sandbox);
    await host.shutdown({ timeoutMs: 10_000 });
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
    await host.closed;
    host.close();
  });

  test("ends though its own code keeps handles open, after the code behind serve has run", async ({ sandbox }) => {
    const { plugin, host } = await start(sandbox, "plugin-keeps-handles-open");
    await host.shutdown({ timeoutMs: 10_000 });
    host.close();
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
    expect(plugin.stderr()).toContain("after serve\ncleaned up\n");
  });

  test("bears connections that say nothing, or nonsense", async ({ sandbox }) => {
    const { plugin, host, command, address } = await start(sandbox);
    for (const text of ["", "GET / HTTP/1.1\r\n\r\n", "\0".repeat(1000)])
      connect(address)
        .on("error", () => {})
        .resume()
        .end(text);
    expect(await command("version")).toBe("1");
    await host.shutdown({ timeoutMs: 10_000 });
    host.close();
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
  });
});

describe("signals", () => {
  test("SIGINT is for the host: the plugin logs it and goes on", async ({ sandbox }) => {
    const { plugin, host, command } = await start(sandbox);
    for (const count of [1, 2]) {
      plugin.child.kill("SIGINT");
      await vi.waitFor(() => expect(plugin.stderr()).toContain(`{"count":${count},"@level":"trace"`));
    }
    expect(await command("version")).toBe("1");
    await host.shutdown({ timeoutMs: 10_000 });
    host.close();
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
  });

  for (const [signal, code] of [
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ] as const) {
    test(`${signal} ends it cleanly, with calls in flight`, async ({ sandbox }) => {
      const { plugin, host, command } = await start(sandbox);
      const hanging = command("hang-for-ever").catch((error) => error);
      await command("version");
      plugin.child.kill(signal);
      expect(await plugin.exited).toEqual({ code, signal: null });
      expect(await hanging).toMatchObject({ code: 14 });
      expect(readdirSync(sandbox.directory)).toEqual([]);
      host.close();
    });
  }

  test("SIGTERM before any host has connected", async ({ sandbox }) => {
    const plugin = startRawPlugin(sandbox, "plugin-on-command");
    await plugin.line();
    plugin.child.kill("SIGTERM");
    expect(await plugin.exited).toEqual({ code: 143, signal: null });
  });
});

describe("a plugin whose own code fails", () => {
  for (const [command, origin] of [
    ["panic", "uncaught exception"],
    ["reject", "unhandled rejection"],
  ] as const) {
    test(`by an ${origin} ends with its stack behind a word that hosts know`, async ({ sandbox }) => {
      const { plugin, host, command: run, address } = await start(sandbox);
      await run("print-error before the crash");
      await run(`${command} the disk is full`).catch(() => "the answer was not out before the crash");
      expect(await plugin.exited).toEqual({ code: 1, signal: null });
      expect(plugin.stderr()).toContain(`panic: uncaught error in the plugin: Error: the disk is full\n`);
      expect(plugin.stderr()).toMatch(/\n {4,}at .*(plugin-on-command\.js|commands\.ts)/);
      expect(existsSync(address)).toBe(false);
      host.close();
    });
  }

  test("before it serves says so in the same way", async ({ sandbox }) => {
    const plugin = startRawPlugin(sandbox, "plugin-never-serves", { args: ["throws"] });
    expect(await plugin.exited).toEqual({ code: 1, signal: null });
    expect(plugin.stderr()).toMatch(
      /^to stderr\npanic: uncaught error in the plugin: Error: no plugin today\n(.*\n)+ {4,}at /,
    );
  });

  test("in a call fails the call, is in the log with its stack, and ends nothing", async ({ sandbox }) => {
    const { plugin, host, command } = await start(sandbox);
    await expect(command("fail bad input")).rejects.toMatchObject({ code: 2, details: "bad input" });
    expect(await command("version")).toBe("1");
    await host.shutdown({ timeoutMs: 10_000 });
    host.close();
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
    expect(plugin.stderr()).toMatch(/"error":"Error: bad input\\n {4}at .*"@level":"error"/);
    expect(plugin.stderr()).not.toContain("panic: ");
  });

  test("by process.exit leaves no socket", async ({ sandbox }) => {
    const { plugin, host, command, address } = await start(sandbox);
    await expect(command("exit 9")).rejects.toMatchObject({ code: 14 });
    expect(await plugin.exited).toEqual({ code: 9, signal: null });
    expect(existsSync(address)).toBe(false);
    host.close();
  });
});

describe("a plugin whose host is gone", () => {
  /** Starts a host process with the plugin as its child, or as the child of a shell. */
  async function startUnderHost(sandbox: Sandbox, through: readonly string[], options: RawPluginOptions = {}) {
    const command = [...through, ...pluginRuntime, fixture("plugin-on-command")];
    return startRawPlugin(sandbox, "starts-plugin-and-waits", { ...options, args: command });
  }

  /** A plugin looks for its host four times a second; the rest allows for a busy machine. */
  const endsWithinMs = 3_000;

  /** Processes of the sandbox that run the plugin itself. */
  const isPluginRunning = (sandbox: Sandbox, host: number) => sandbox.pids().some((pid) => pid !== host);

  for (const [how, through] of [
    ["directly", []],
    ["through a shell that stays", ["sh", "-c", '"$@"; exit $?', "sh"]],
  ] as const) {
    for (const connects of [false, true]) {
      test(`ends by itself, started ${how}, ${connects ? "connected" : "not connected"}`, async ({ sandbox }) => {
        const host = await startUnderHost(sandbox, through);
        const { address } = await host.handshake();
        const connection = connects ? await host.connect() : undefined;
        expect(isPluginRunning(sandbox, host.child.pid!)).toBe(true);
        const killed = performance.now();
        host.child.kill("SIGKILL");
        // The kernel does the same when the host dies.
        connection?.close();
        await vi.waitFor(() => expect(sandbox.pids()).toEqual([]), { timeout: 10_000, interval: 20 });
        expect(performance.now() - killed).toBeLessThan(endsWithinMs);
        expect(existsSync(address)).toBe(false);
      });
    }
  }

  test("stays for a host that has taken over, until that is gone too", async ({ sandbox }) => {
    const host = await startUnderHost(sandbox, []);
    const first = await host.connect();
    const second = await host.connect();
    host.child.kill("SIGKILL");
    first.close();
    const command = await commandsOf(second);
    for (let call = 0; call < 20; call++) {
      expect(await command("version")).toBe("1");
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    second.close();
    await vi.waitFor(() => expect(sandbox.pids()).toEqual([]), { timeout: 5_000, interval: 20 });
  });

  test("stays for a host that has only stopped to read stdout", async ({ sandbox }) => {
    const plugin = startRawPlugin(sandbox, "plugin-on-command", { stdio: "sockets" });
    await plugin.line();
    plugin.child.stdout!.destroy();
    // The plugin has noticed, and tests stderr instead.
    await vi.waitFor(() => expect(plugin.stderr()).toMatch(/\n\n/), { timeout: 10_000 });
    const host = await plugin.connect();
    expect(await (await commandsOf(host))("version")).toBe("1");
    await host.shutdown({ timeoutMs: 10_000 });
    host.close();
    expect(await plugin.exited).toEqual({ code: 0, signal: null });
  });

  test("stays when it is told to", async ({ sandbox }) => {
    const host = await startUnderHost(sandbox, [], serveOptions({ endWithHost: false }));
    const { address } = await host.handshake();
    const hostEnded = once(host.child, "exit");
    host.child.kill("SIGKILL");
    await hostEnded;
    // Twice the time in which a plugin would end.
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    const [pid] = sandbox.pids();
    const reattached = await host.connect();
    const command = await commandsOf(reattached);
    expect(await command("pid")).toBe(String(pid));
    await reattached.shutdown({ timeoutMs: 10_000 });
    reattached.close();
    await vi.waitFor(() => expect(sandbox.pids()).toEqual([]), { timeout: 5_000, interval: 20 });
    expect(existsSync(address)).toBe(false);
  });
});

test("a plugin that its own signal ends", async ({ sandbox }) => {
  const plugin = startRawPlugin(sandbox, "plugin-ends-itself");
  const host = await plugin.connect();
  await expect((await commandsOf(host))("end")).rejects.toMatchObject({ code: 14 });
  expect(await plugin.exited).toEqual({ code: 0, signal: null });
  host.close();
});
