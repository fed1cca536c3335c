import { PassThrough } from "node:stream";
import { silentLogger } from "@go-plugin/proto";
import { describe, expect, test, vi } from "vitest";
import { recordLog } from "../../../../test/src/log-recorder.js";
import { readStderr } from "./read-stderr.js";

test("many plugins share one slow destination, which is listened to once and gets all that they write", async () => {
  const raw = new PassThrough({ highWaterMark: 1 });
  const before = raw.listenerCount("drain");
  const plugins = Array.from({ length: 20 }, () => new PassThrough());
  for (const stderr of plugins) readStderr(stderr, silentLogger, raw);
  for (const stderr of plugins) stderr.write("first ");
  while (!plugins.every((stderr) => stderr.isPaused())) await new Promise(setImmediate);
  expect(raw.listenerCount("drain")).toBe(before + 1);
  for (const stderr of plugins) stderr.end("last ");
  let received = 0;
  for await (const chunk of raw) {
    received += chunk.length;
    if (received === 20 * "first last ".length) break;
  }
  expect(plugins.every((stderr) => stderr.readableLength === 0)).toBe(true);
});

describe("a crash", () => {
  function read() {
    const { logger, entries } = recordLog();
    const stderr = new PassThrough();
    readStderr(stderr, logger, undefined);
    const log = () => entries.map(({ level, message }) => [level, message]);
    const ended = async () => {
      stderr.end();
      await new Promise((resolve) => stderr.once("close", resolve));
      return log();
    };
    return { stderr, log, ended };
  }

  test("is one entry of level error with its stack, whatever the chunks", async () => {
    const { stderr, ended } = read();
    for (const chunk of ["before\npan", "ic: boom\n", "\ngoroutine 1 [running]:\nmain.", "main()\n\n"])
      stderr.write(chunk);
    expect(await ended()).toEqual([
      ["debug", "before"],
      ["error", "panic: boom\n\ngoroutine 1 [running]:\nmain.main()"],
    ]);
  });

  test("is interrupted by tagged lines; the lines behind them belong to it, as in Go", async () => {
    const { stderr, ended } = read();
    stderr.write('fatal error: stuck\na\n[INFO] tagged\nb\n{"@level":"warn","@message":"m"}\n{"no":"level"}\nc\n');
    expect(await ended()).toEqual([
      ["error", "fatal error: stuck\na"],
      ["info", "[INFO] tagged"],
      ["error", "b"],
      ["warn", "m"],
      ["debug", '{"no":"level"}'],
      ["error", "c"],
    ]);
  });

  test("of a program that goes on is not held back", async () => {
    const { stderr, log } = read();
    stderr.write("panic: recovered\n");
    await vi.waitFor(() => expect(log()).toEqual([["error", "panic: recovered"]]));
  });

  test("of endless output is cut into bounded entries", async () => {
    const { stderr, ended } = read();
    stderr.write("panic: boom\n");
    for (let line = 0; line < 10_000; line++) stderr.write(`${"x".repeat(99)}\n`);
    const all = await ended();
    expect(all.length).toBeGreaterThan(10);
    expect(Math.max(...all.map(([, message]) => message!.length))).toBeLessThanOrEqual(64 << 10);
    expect(all.map(([, message]) => message).join("\n").length).toBe("panic: boom".length + 10_000 * 100);
  });

  test("is not seen in the pieces of a line that is too long", async () => {
    const { stderr, ended } = read();
    stderr.write(`panic: ${"x".repeat(1 << 20)}\nnext\n`);
    expect((await ended()).map(([level]) => level)).toEqual(["debug", "debug", "debug"]);
  });
});
