import { spawn } from "node:child_process";
import { once } from "node:events";
import { describe, expect, vi } from "vitest";
import { fixture } from "../src/build-fixtures.js";
import { hostRuntime, pluginRuntime } from "../src/runtime.js";
import { type Sandbox, test } from "../src/sandbox.js";

/** Starts a host process that starts a plugin. */
async function startHost(sandbox: Sandbox, plugin: string, options: object, how: "stay" | "exit" | "throw") {
  const [command, ...args] = [...pluginRuntime, fixture(plugin)] as const;
  const launchOptions = { command, args, ...options };
  const [file, ...hostArgs] = [...hostRuntime, fixture("hosts-plugin"), JSON.stringify(launchOptions), how] as const;
  const host = spawn(file, hostArgs, {
    env: { ...process.env, ...sandbox.env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let stderr = "";
  host.stderr.on("data", (chunk) => {
    stderr += chunk;
  });
  const exited = once(host, "exit");
  const [line] = (await Promise.race([once(host.stdout, "data"), once(host.stdout, "end")])) as [Buffer | undefined];
  if (!line) throw new Error(`the host ended without a plugin: ${stderr}`);
  return { host, pluginPid: Number(line.toString()), exited };
}

describe("no plugin outlives its host", () => {
  // The sandbox looks for leftovers after each test.
  for (const how of ["exit", "throw"] as const) {
    test(`that ends by ${how}`, async ({ sandbox }) => {
      const { exited, pluginPid } = await startHost(sandbox, "ignores-shutdown-and-sigterm", {}, how);
      expect(pluginPid).toBeGreaterThan(0);
      expect(await exited).toEqual([how === "exit" ? 0 : 1, null]);
    });
  }

  for (const signal of ["SIGKILL", "SIGTERM", "SIGINT"] as const) {
    test(`that is ended by ${signal}, when a watchdog was asked for`, async ({ sandbox }) => {
      const { host, exited } = await startHost(sandbox, "works", { endWithHost: true }, "stay");
      expect(sandbox.pids()).toHaveLength(3);
      host.kill(signal);
      expect(await exited).toEqual([null, signal]);
    });
  }

  test("that is killed, though the plugin ignores SIGTERM", async ({ sandbox }) => {
    const { host } = await startHost(sandbox, "ignores-shutdown-and-sigterm", { endWithHost: true }, "stay");
    host.kill("SIGKILL");
  });

  test("that is killed, when the plugin is built with @go-plugin/plugin", async ({ sandbox }) => {
    const { host } = await startHost(sandbox, "serves", {}, "stay");
    const killed = performance.now();
    host.kill("SIGKILL");
    await vi.waitFor(() => expect(sandbox.pids()).toEqual([]), { timeout: 10_000, interval: 20 });
    // It looks for its host four times a second; the rest allows for a busy machine.
    expect(performance.now() - killed).toBeLessThan(3_000);
  });
});

test("a host that has called unref() ends, and a managed plugin that was never closed ends with it", async ({
  sandbox,
}) => {
  const [command, ...args] = [...pluginRuntime, fixture("ignores-shutdown-and-sigterm")] as const;
  const [file, ...hostArgs] = [
    ...hostRuntime,
    fixture("forgets-to-close"),
    JSON.stringify({ command, args }),
    "unref",
  ] as const;
  const host = spawn(file, hostArgs, { env: { ...process.env, ...sandbox.env }, stdio: ["ignore", "pipe", "inherit"] });
  const exited = once(host, "exit");
  const [line] = await once(host.stdout!, "data");
  expect(Number(String(line))).toBeGreaterThan(0);
  expect(await exited).toEqual([0, null]);
});
