import { once } from "node:events";
import { existsSync } from "node:fs";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { Worker } from "node:worker_threads";
import { expect } from "vitest";
import { fixture } from "../src/build-fixtures.js";
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
