import { setMaxListeners } from "node:events";
import { describe, expect, test } from "vitest";
import type { CallOptions } from "../service/call.js";
import { Status, StatusError } from "../status/status.js";
import { collect, deferred, pair, type TextImplementation, until } from "../testing/pair.js";

/** Handlers that wait for the end of their call and report it. */
function waiting() {
  const started = deferred();
  const reasons: unknown[] = [];
  const wait = (signal: AbortSignal) =>
    new Promise<never>((_resolve, reject) => {
      signal.addEventListener("abort", () => {
        reasons.push(signal.reason);
        reject(signal.reason);
      });
      started.resolve();
    });
  const implementation: TextImplementation = {
    unary: (_request, { signal }) => wait(signal),
    async *serverStream(_request, { signal }) {
      yield "first";
      await wait(signal);
    },
    async clientStream(requests, { signal }) {
      for await (const _ of requests) await wait(signal);
      return "unreachable";
    },
    async *bidi(requests, { signal }) {
      for await (const _ of requests) {
        yield "first";
        await wait(signal);
      }
    },
  };
  return { implementation, started: started.promise, reasons };
}

async function* forever(): AsyncGenerator<string> {
  for (;;) {
    yield "x";
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const kinds: [
  string,
  (client: Awaited<ReturnType<typeof pair>>["client"], options: CallOptions) => Promise<unknown>,
][] = [
  ["unary", (client, options) => client.unary("x", options)],
  ["serverStream", (client, options) => collect(client.serverStream("x", options))],
  ["clientStream", (client, options) => client.clientStream(forever(), options)],
  ["bidi", (client, options) => collect(client.bidi(forever(), options))],
];

describe("cancellation by the client", () => {
  test.each(kinds)("%s: the signal ends the call at both ends", async (_kind, call) => {
    const { implementation, started, reasons } = waiting();
    await using p = await pair(implementation);
    const controller = new AbortController();
    const result = call(p.client, { signal: controller.signal });
    void started.then(() => controller.abort(new Error("changed my mind")));
    await expect(result).rejects.toMatchObject({
      code: Status.CANCELLED,
      details: "the call was cancelled by its signal",
      cause: { message: "changed my mind" },
    });
    await until(() => reasons.length > 0);
    expect(reasons).toMatchObject([{ code: Status.CANCELLED, details: "the client cancelled the call" }]);
    expect(p.errors).toEqual([]);
    expect(p.dialed.length).toBe(1);
  });

  test.each(kinds)("%s: a signal that is aborted already starts nothing", async (_kind, call) => {
    await using p = await pair({});
    await expect(call(p.client, { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: Status.CANCELLED });
    expect(p.dialed).toEqual([]);
  });

  test("AbortSignal.timeout() is a deadline", async () => {
    const { implementation } = waiting();
    await using p = await pair(implementation);
    await expect(p.client.unary("x", { signal: AbortSignal.timeout(20) })).rejects.toMatchObject({
      code: Status.DEADLINE_EXCEEDED,
    });
  });

  test("a signal outlives the call without a trace", async () => {
    await using p = await pair({});
    const listeners = new Set<unknown>();
    const { signal } = new AbortController();
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = function (this: AbortSignal, type: string, listener: () => void, options: object) {
      listeners.add(listener);
      addEventListener.call(this, type, listener, options);
    } as AbortSignal["addEventListener"];
    signal.removeEventListener = function (this: AbortSignal, type: string, listener: () => void) {
      listeners.delete(listener);
      removeEventListener.call(this, type, listener);
    } as AbortSignal["removeEventListener"];
    await p.client.unary("x", { signal });
    await collect(p.client.serverStream("x y", { signal }));
    expect(listeners.size).toBe(0);
  });

  test("leaving the loop cancels the call, and runs the generator's finally", async () => {
    const left = deferred();
    await using p = await pair({
      async *serverStream() {
        try {
          for (let i = 0; ; i++) yield `${i}`;
        } finally {
          left.resolve();
        }
      },
    });
    for await (const response of p.client.serverStream("x")) if (response === "10") break;
    await left.promise;
    expect(p.errors).toEqual([]);
  });

  test("leaving the loop of a bidi call leaves its requests", async () => {
    const left = deferred();
    async function* requests() {
      try {
        yield* forever();
      } finally {
        left.resolve();
      }
    }
    await using p = await pair({});
    for await (const _ of p.client.bidi(requests())) break;
    await left.promise;
  });

  test("a stream that nobody iterates is no call", async () => {
    await using p = await pair({});
    p.client.serverStream("x");
    const stream = p.client.bidi(forever())[Symbol.asyncIterator]();
    await stream.return?.();
    expect(await stream.next()).toEqual({ done: true, value: undefined });
    expect(p.dialed).toEqual([]);
  });

  test("a generator that fails to clean up is reported", async () => {
    await using p = await pair({
      async *serverStream() {
        try {
          for (;;) yield "x";
        } finally {
          // biome-ignore lint/correctness/noUnsafeFinally: the fault under test
          throw new Error("cannot clean up");
        }
      },
    });
    for await (const _ of p.client.serverStream("x")) break;
    await until(() => p.errors.length > 0);
    expect(p.errors).toMatchObject([{ message: "cannot clean up" }]);
  });

  test("a handler's error after the end is reported, unless it is the end itself", async () => {
    const { implementation, started } = waiting();
    await using p = await pair({
      async unary(request, context) {
        await Promise.resolve(implementation.unary(request, context)).catch(() => {});
        throw new TypeError("a bug");
      },
    });
    const controller = new AbortController();
    const result = p.client.unary("x", { signal: controller.signal });
    void started.then(() => controller.abort());
    await expect(result).rejects.toMatchObject({ code: Status.CANCELLED });
    await until(() => p.errors.length > 0);
    expect(p.errors).toMatchObject([{ message: "a bug" }]);
  });

  test("900 cancelled calls do not end the connection", async () => {
    let cancelled = 0;
    await using p = await pair({
      unary: (_request, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            cancelled++;
            reject(signal.reason);
          });
        }),
    });
    for (let batch = 0; batch < 9; batch++) {
      const controller = new AbortController();
      setMaxListeners(0, controller.signal);
      const calls = Array.from({ length: 100 }, () => p.client.unary("x", { signal: controller.signal }));
      const results = Promise.allSettled(calls);
      await new Promise((resolve) => setImmediate(resolve));
      await new Promise((resolve) => setImmediate(resolve));
      controller.abort();
      for (const result of await results) expect(result).toMatchObject({ reason: { code: Status.CANCELLED } });
    }
    expect(await p.client.clientStream(["still", "there"])).toBe("still there");
    expect(p.dialed.length).toBe(1);
    expect(cancelled).toBeGreaterThan(0);
  });
});

describe("the context's signal", () => {
  test("is created on demand, and aborts when the call has ended", async () => {
    const signals: AbortSignal[] = [];
    await using p = await pair({
      unary(request, context) {
        signals.push(context.signal);
        expect(context.signal.aborted).toBe(false);
        return request;
      },
    });
    await p.client.unary("x");
    expect(signals[0]!.aborted).toBe(true);
    expect(signals[0]!.reason).toBeInstanceOf(StatusError);
  });

  test("is already aborted when it is requested too late", async () => {
    const go = deferred();
    const late = deferred<AbortSignal>();
    await using p = await pair({
      async unary(request, context) {
        await go.promise;
        late.resolve(context.signal);
        return request;
      },
    });
    await expect(p.client.unary("x", { timeoutMs: 20 })).rejects.toMatchObject({ code: Status.DEADLINE_EXCEEDED });
    // The server's own deadline, or the client's cancellation.
    await new Promise((resolve) => setTimeout(resolve, 40));
    go.resolve();
    expect((await late.promise).aborted).toBe(true);
  });
});
