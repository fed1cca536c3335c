import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { Worker } from "node:worker_threads";
import { expect, vi } from "vitest";
import { fixture } from "../src/build-fixtures.js";
import { pluginRuntime } from "../src/runtime.js";
import { test } from "../src/sandbox.js";

test("a worker thread, which may not set the umask, listens for the user alone as well", async ({ sandbox }) => {
  const worker = new Worker(fixture("listens-in-a-worker"), { env: { ...process.env, ...sandbox.env } });
  const [{ address, mode }] = await once(worker, "message");
  expect(mode).toBe(0o600);
  expect(await text(connect(address))).toBe("hello");
  worker.postMessage("close");
  await once(worker, "exit");
  expect(existsSync(address)).toBe(false);
});

test("a plugin ends with the worker thread that has launched it", async ({ sandbox }) => {
  const [command, ...args] = pluginRuntime;
  // This one does not look for its host: only the watchdog ends it.
  const options = { command, args: [...args, fixture("works")], env: sandbox.env };
  const worker = new Worker(fixture("launches-in-a-worker"), { workerData: options, env: { ...process.env } });
  const [pid] = await once(worker, "message");
  expect(sandbox.pids()).toContain(pid);
  await worker.terminate();
  await vi.waitFor(() => expect(sandbox.pids()).not.toContain(pid), { timeout: 10_000 });
});
