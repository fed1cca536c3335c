import { once } from "node:events";
import { PassThrough, Writable } from "node:stream";
import { expect, test } from "vitest";
import { writeTo } from "./stdio.js";

const data = Buffer.from("output");

test("however many wait for a slow destination, it is listened to once, and all go on", async () => {
  const slow = new PassThrough({ highWaterMark: 1 });
  const before = slow.listenerCount("drain");
  const waiting = Array.from({ length: 20 }, () => writeTo(slow, data));
  expect(waiting).not.toContain(undefined);
  expect(slow.listenerCount("drain")).toBe(before + 1);
  slow.resume();
  await Promise.all(waiting);
  expect(slow.listenerCount("drain")).toBe(before);
});

test("a writer that writes at the drain waits for the next one", async () => {
  const taken: (() => void)[] = [];
  const slow = new Writable({ highWaterMark: 1, write: (_chunk, _encoding, done) => void taken.push(done) });
  const ended: string[] = [];
  const first = writeTo(slow, data)!.then(() => ended.push("first"));
  const second = new Promise((resolve) => {
    slow.once("drain", () => resolve(writeTo(slow, data)!.then(() => ended.push("second"))));
  });
  taken.shift()!();
  await first;
  await new Promise(setImmediate);
  expect(ended).toEqual(["first"]);
  taken.shift()!();
  await second;
});

test("nobody waits for a destination that is gone", async () => {
  const gone = new PassThrough({ highWaterMark: 1 });
  const waiting = writeTo(gone, data);
  gone.destroy();
  await Promise.all([waiting, once(gone, "close")]);
  expect(writeTo(gone, data)).toBeUndefined();
  expect(writeTo(undefined, data)).toBeUndefined();
});
