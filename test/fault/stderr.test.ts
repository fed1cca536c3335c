import { basename } from "node:path";
import { PassThrough, Writable } from "node:stream";
import { launch } from "@go-plugin/host";
import { expect } from "vitest";
import { faultPlugins } from "../src/fault-service.js";
import { recordLog } from "../src/log-recorder.js";
import { pluginRuntime } from "../src/runtime.js";
import { test } from "../src/sandbox.js";
import { fixtureOptions } from "../src/start-fixture.js";

test("lines become log entries, the bytes stay as they are, and closing stderr harms nobody", async ({ sandbox }) => {
  const { logger, entries } = recordLog();
  const raw: Buffer[] = [];
  const rawStderr = new PassThrough().on("data", (chunk) => raw.push(chunk));
  const plugin = await launch(faultPlugins, fixtureOptions(sandbox, "writes-log", { logger, rawStderr }));
  const fault = await plugin.dispense("fault");
  const written = Buffer.from(await fault.call(new Uint8Array()));
  await plugin.close();
  expect(Buffer.concat(raw)).toEqual(written);
  const { stderrTail } = await plugin.exited;
  // The line before did not fit.
  expect(stderrTail).toMatch(/^\{"@level":"warn"(.|\n)*goroutine 1 \[running\]:\nwithout its end$/);
  const own = { plugin: basename(pluginRuntime[0]) };
  expect(entries.filter(({ fields }) => fields.plugin === own.plugin)).toEqual([
    {
      level: "info",
      message: "from hclog",
      fields: { ...own, "@module": "kv", n: 1, timestamp: "2026-01-02T15:04:05.000000Z" },
    },
    { level: "warn", message: "[WARN] by prefix", fields: own },
    { level: "debug", message: "long ".repeat(40_000), fields: own },
    { level: "warn", message: "in two chunks", fields: own },
    { level: "debug", message: "\ufffd\ufffdA", fields: own },
    { level: "error", message: "fatal error: out of luck\ngoroutine 1 [running]:\nwithout its end", fields: own },
  ]);
});

test("who reads the bytes slowly gets all of them", async ({ sandbox }) => {
  const chunks: Buffer[] = [];
  const rawStderr = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      setTimeout(done, 1);
    },
  });
  const plugin = await launch(faultPlugins, fixtureOptions(sandbox, "writes-log", { rawStderr }));
  const fault = await plugin.dispense("fault");
  const written = Buffer.from(await fault.call(new Uint8Array()));
  await plugin.close();
  await new Promise((resolve) => rawStderr.end(resolve));
  expect(Buffer.concat(chunks)).toEqual(written);
});

test("the end of a plugin that died is not lost on who reads slowly", async ({ sandbox }) => {
  const { logger, entries } = recordLog();
  const taken: (() => void)[] = [];
  const chunks: Buffer[] = [];
  const rawStderr = new Writable({
    highWaterMark: 1,
    write(chunk: Buffer, _, done) {
      chunks.push(chunk);
      taken.push(done);
    },
  });
  const plugin = await launch(faultPlugins, fixtureOptions(sandbox, "panics-at-length", { logger, rawStderr }));
  const fault = await plugin.dispense("fault");
  const call = fault.call(new Uint8Array()).catch((error) => error);
  // The reader is behind when the plugin dies, but never so slow that the plugin waits for ever.
  const reader = setInterval(() => taken.shift()?.(), 1_000);
  const { code, stderrTail } = await plugin.exited;
  clearInterval(reader);
  await call;
  expect(code).toBe(2);
  expect(stderrTail).toMatch(/x\npanic: END$/);
  expect(entries.filter(({ message }) => message === "panic: END")).toMatchObject([{ level: "error" }]);
  const ended = new Promise((resolve) => rawStderr.end(resolve));
  rawStderr._write = (chunk: Buffer, _, done) => {
    chunks.push(chunk);
    done();
  };
  while (taken.length > 0) taken.shift()!();
  await ended;
  expect(Buffer.concat(chunks).length).toBe(200_000 + "panic: END".length);
});

test("who stops reading the bytes does not stop the plugin", async ({ sandbox }) => {
  const rawStderr = new PassThrough();
  rawStderr.destroy();
  const plugin = await launch(faultPlugins, fixtureOptions(sandbox, "writes-log", { rawStderr }));
  const fault = await plugin.dispense("fault");
  await fault.call(new Uint8Array());
  await plugin.close();
  expect((await plugin.exited).stderrTail).toContain("out of luck");
});
