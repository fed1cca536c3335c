import { describe, expect, test } from "vitest";
import { MessageStream } from "./stream.js";

function setUp() {
  const events: string[] = [];
  const stream = new MessageStream(
    {
      onFirstRead: () => events.push("first"),
      pause: () => events.push("pause"),
      resume: () => events.push("resume"),
      cancel: (error) => events.push(`cancel ${error?.message}`),
    },
    (bytes) => {
      if (bytes.length === 0) throw new Error("empty");
      return bytes.toString();
    },
  );
  const push = (...texts: string[]) => {
    for (const text of texts) stream.push(Buffer.from(text));
  };
  return { events, stream, push };
}

const done = { done: true, value: undefined };

describe("MessageStream", () => {
  test("returns messages pushed before and after they are requested", async () => {
    const { events, stream, push } = setUp();
    push("a", "b");
    expect(events).toEqual([]);
    expect(await stream.next()).toEqual({ done: false, value: "a" });
    expect(events).toEqual(["first"]);
    expect(await stream.next()).toEqual({ done: false, value: "b" });
    const waiting = [stream.next(), stream.next(), stream.next()];
    push("c", "d");
    stream.end();
    expect(await Promise.all(waiting)).toEqual([{ done: false, value: "c" }, { done: false, value: "d" }, done]);
    expect(await stream.next()).toEqual(done);
    expect(events).toEqual(["first"]);
  });

  test("empty messages fill the queue too", () => {
    const { events, stream } = setUp();
    for (let i = 0; i < 1000 && !events.includes("pause"); i++) stream.push(Buffer.alloc(0));
    expect(events).toEqual(["pause"]);
  });

  test("throws the error once, after what was queued", async () => {
    const { stream, push } = setUp();
    push("a");
    stream.end(new Error("broken"));
    stream.end();
    push("late");
    expect(await stream.next()).toEqual({ done: false, value: "a" });
    await expect(stream.next()).rejects.toThrow("broken");
    expect(await stream.next()).toEqual(done);
  });

  test("the first waiting reader gets the error", async () => {
    const { stream } = setUp();
    const waiting = Promise.allSettled([stream.next(), stream.next()]);
    stream.end(new Error("broken"));
    expect(await waiting).toEqual([
      { status: "rejected", reason: new Error("broken") },
      { status: "fulfilled", value: done },
    ]);
  });

  test("fail() discards the queue", async () => {
    const { stream, push } = setUp();
    push("a");
    stream.fail(new Error("broken"));
    await expect(stream.next()).rejects.toThrow("broken");
  });

  test("pauses its source above 64 KiB, and resumes it below 16 KiB", async () => {
    const { events, stream, push } = setUp();
    const text = "x".repeat(10_000);
    push(text, text, text, text, text, text);
    expect(events).toEqual([]);
    push(text, text);
    expect(events).toEqual(["pause"]);
    for (let left = 7; left > 1; left--) {
      await stream.next();
      expect(events).toEqual(["pause", "first"]);
    }
    await stream.next();
    expect(events).toEqual(["pause", "first", "resume"]);
  });

  test("leaving it early cancels its source, once", async () => {
    const { events, stream, push } = setUp();
    push("a", "b");
    for await (const text of stream) {
      expect(text).toBe("a");
      break;
    }
    await stream.return();
    push("c");
    expect(await stream.next()).toEqual(done);
    expect(events).toEqual(["first", "cancel undefined"]);
  });

  test("leaving it after the end, or before the beginning, cancels nothing", async () => {
    const ended = setUp();
    await Promise.all([ended.stream.next(), ended.stream.end()]);
    await ended.stream.return();
    expect(ended.events).toEqual(["first"]);
    const unread = setUp();
    await unread.stream.return();
    expect(unread.events).toEqual([]);
  });

  test.each(["before", "after"])("a message that cannot be read, pushed %s it is asked for, ends it", async (when) => {
    const { events, stream, push } = setUp();
    if (when === "before") push("", "b");
    const first = stream.next();
    if (when === "after") push("", "b");
    await expect(first).rejects.toThrow("empty");
    expect(await stream.next()).toEqual(done);
    expect(events).toEqual(["first", "cancel empty"]);
  });
});
