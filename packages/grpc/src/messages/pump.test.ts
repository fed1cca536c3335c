import { describe, expect, test } from "vitest";
import { until } from "../testing/pair.js";
import { MessagePump } from "./pump.js";

function setUp(source: AsyncIterable<number> | Iterable<number>, room: (value: number) => boolean = () => true) {
  const sent: number[] = [];
  const cleanupErrors: unknown[] = [];
  const pump = new MessagePump(
    source,
    (value) => {
      sent.push(value);
      return room(value);
    },
    (error) => cleanupErrors.push(error),
  );
  return { pump, sent, cleanupErrors };
}

async function* asynchronously(left: string[]): AsyncGenerator<number> {
  try {
    for (let i = 0; i < 5; i++) yield i;
  } finally {
    left.push("left");
  }
}

function* synchronously(left: string[]): Generator<number> {
  try {
    for (let i = 0; i < 5; i++) yield i;
  } finally {
    left.push("left");
  }
}

describe.each([
  ["an async", asynchronously],
  ["a sync", synchronously],
])("MessagePump of %s generator", (_kind, generator) => {
  test("sends everything", async () => {
    const left: string[] = [];
    const { pump, sent } = setUp(generator(left));
    await pump.run();
    expect(sent).toEqual([0, 1, 2, 3, 4]);
    expect(left).toEqual(["left"]);
  });

  test("waits for room", async () => {
    const { pump, sent } = setUp(generator([]), (value) => value !== 1);
    const run = pump.run();
    await until(() => sent.length === 2);
    for (let i = 0; i < 10; i++) await Promise.resolve();
    expect(sent).toEqual([0, 1]);
    pump.onDrain();
    await run;
    expect(sent).toEqual([0, 1, 2, 3, 4]);
  });

  test("leaves it when it is stopped while it waits for room", async () => {
    const left: string[] = [];
    const { pump, sent } = setUp(generator(left), () => false);
    const run = pump.run();
    await until(() => sent.length === 1);
    pump.stop();
    pump.stop();
    await run;
    expect(sent).toEqual([0]);
    expect(left).toEqual(["left"]);
  });

  test("leaves it when it is stopped by what it sends", async () => {
    const left: string[] = [];
    const { pump, sent } = setUp(generator(left), () => {
      pump.stop();
      return false;
    });
    await pump.run();
    expect(sent).toEqual([0]);
    expect(left).toEqual(["left"]);
  });

  test("leaves it when a message cannot be sent", async () => {
    const left: string[] = [];
    const { pump } = setUp(generator(left), () => {
      throw new Error("too large");
    });
    await expect(pump.run()).rejects.toThrow("too large");
    expect(left).toEqual(["left"]);
  });
});

test("MessagePump leaves an iterable that it waits for", async () => {
  const calls: string[] = [];
  const source: AsyncIterable<number> = {
    [Symbol.asyncIterator]: () => ({
      next: () => {
        calls.push("next");
        return new Promise(() => {});
      },
      return: () => {
        calls.push("return");
        return Promise.reject(new Error("cannot clean up"));
      },
    }),
  };
  const { pump, cleanupErrors } = setUp(source);
  void pump.run();
  pump.stop();
  await until(() => cleanupErrors.length > 0);
  expect(calls).toEqual(["next", "return"]);
  expect(cleanupErrors).toMatchObject([{ message: "cannot clean up" }]);
});

test("MessagePump rejects with the iterable's error, and does not leave it", async () => {
  const calls: string[] = [];
  const source: Iterable<number> = {
    [Symbol.iterator]: () => ({
      next: () => {
        throw new Error("broken");
      },
      return: () => {
        calls.push("return");
        return { done: true, value: undefined };
      },
    }),
  };
  await expect(setUp(source).pump.run()).rejects.toThrow("broken");
  expect(calls).toEqual([]);
});
