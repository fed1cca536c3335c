import { PassThrough } from "node:stream";
import { silentLogger } from "@go-plugin/proto";
import { expect, test } from "vitest";
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
