import { describe, expect, test } from "vitest";
import { EventLog } from "./events.js";

async function readAll<E>(log: AsyncIterable<E>): Promise<E[]> {
  const events: E[] = [];
  for await (const event of log) events.push(event);
  return events;
}

describe("a reader", () => {
  test("gets the last event and all that follow, whenever it reads them", async () => {
    const log = new EventLog(1);
    const early = readAll(log);
    log.push(2);
    const unread = log[Symbol.asyncIterator]();
    log.push(3);
    log.end();
    expect(await early).toEqual([1, 2, 3]);
    expect(await Promise.all([unread.next(), unread.next(), unread.next()])).toEqual([
      { done: false, value: 2 },
      { done: false, value: 3 },
      { done: true, value: undefined },
    ]);
  });

  test("that comes too late gets the last event", async () => {
    const log = new EventLog(1);
    log.push(2);
    log.end();
    expect(await readAll(log)).toEqual([2]);
  });

  test("that leaves does not disturb another", async () => {
    const log = new EventLog(1);
    const other = readAll(log);
    for await (const _ of log) break;
    log.push(2);
    log.end();
    expect(await other).toEqual([1, 2]);
  });
});

test("nothing comes after the end", async () => {
  const log = new EventLog(1);
  log.end();
  log.end();
  expect(await readAll(log)).toEqual([1]);
});
