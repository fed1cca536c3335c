import http2 from "node:http2";
import { describe, expect, test, vi } from "vitest";
import { Status, StatusError } from "../status/status.js";
import { collect, deferred, listen, pair, textService } from "../testing/pair.js";
import { Channel } from "./channel.js";
import { createClient } from "./client.js";

const never = () => new Promise<never>(() => {});

describe("deadlines", () => {
  test("the client's end the call at both ends", async () => {
    const reason = deferred<unknown>();
    await using p = await pair({
      unary: (_request, { signal }) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener("abort", () => {
            reason.resolve(signal.reason);
            reject(signal.reason);
          });
        }),
    });
    const before = Date.now();
    await expect(p.client.unary("x", { timeoutMs: 50 })).rejects.toMatchObject({ code: Status.DEADLINE_EXCEEDED });
    expect(Date.now() - before).toBeGreaterThanOrEqual(49);
    expect(await reason.promise).toBeInstanceOf(StatusError);
  });

  test("the handler knows them", async () => {
    await using p = await pair({ unary: (_request, { deadline }) => `${deadline}` });
    const before = Date.now();
    const deadline = Number(await p.client.unary("x", { timeoutMs: 100_000 }));
    expect(deadline).toBeGreaterThanOrEqual(before + 99_999);
    expect(deadline).toBeLessThanOrEqual(Date.now() + 100_001);
    expect(await p.client.unary("x")).toBe("undefined");
    expect(await p.client.unary("x", { timeoutMs: Number.POSITIVE_INFINITY })).toBe("undefined");
  });

  test("the server ends a call whose client does not", async () => {
    const signals: AbortSignal[] = [];
    await using p = await pair({
      async *bidi(_requests, { signal }) {
        signals.push(signal);
        yield "first";
        await never();
      },
    });
    const session = http2.connect("http://localhost", { createConnection: p.dial });
    const stream = session.request({
      ":method": "POST",
      ":path": textService.bidi.path,
      "content-type": "application/grpc",
      "grpc-timeout": "50m",
    });
    stream.resume();
    const trailers = await new Promise<http2.IncomingHttpHeaders>((resolve) => stream.on("trailers", resolve));
    expect(trailers).toMatchObject({ "grpc-status": "4", "grpc-message": "context deadline exceeded" });
    expect(signals[0]!.reason).toMatchObject({ code: Status.DEADLINE_EXCEEDED });
    session.destroy();
    p.server.destroy();
  });

  test.each([0, -1])("%d ms never reach the wire", async (timeoutMs) => {
    await using p = await pair({});
    await expect(p.client.unary("x", { timeoutMs })).rejects.toMatchObject({ code: Status.DEADLINE_EXCEEDED });
    await expect(collect(p.client.bidi(["x"], { timeoutMs }))).rejects.toMatchObject({
      code: Status.DEADLINE_EXCEEDED,
    });
    expect(p.dialed).toEqual([]);
  });

  test("they count while the connection is dialed", async () => {
    const channel = new Channel(() => never());
    const client = createClient(channel, textService);
    await expect(client.unary("x", { timeoutMs: 20 })).rejects.toMatchObject({ code: Status.DEADLINE_EXCEEDED });
    channel.destroy();
  });

  test("and while the server is silent", async () => {
    const sockets: { destroy(): void }[] = [];
    const silent = await listen((socket) => sockets.push(socket.resume()));
    const net = await import("node:net");
    const channel = new Channel(() => net.connect(silent.path));
    const client = createClient(channel, textService);
    await expect(client.unary("x", { timeoutMs: 20 })).rejects.toMatchObject({ code: Status.DEADLINE_EXCEEDED });
    channel.destroy();
    for (const socket of sockets) socket.destroy();
    await silent.close();
  });

  test("beyond a timer's range they do not fire at once", async () => {
    await using p = await pair({});
    expect(await p.client.unary("x", { timeoutMs: 2 ** 40 })).toBe("x");
  });

  test("without one there is no timer, and none stays behind", async () => {
    await using p = await pair({});
    await p.client.unary("x");
    const setTimer = vi.spyOn(globalThis, "setTimeout");
    const clearTimer = vi.spyOn(globalThis, "clearTimeout");
    try {
      await p.client.unary("x");
      expect(setTimer).not.toHaveBeenCalled();
      await p.client.unary("x", { timeoutMs: 100_000 });
      const made = setTimer.mock.results.map((result) => result.value as unknown);
      const cleared = clearTimer.mock.calls.map(([timer]) => timer as unknown);
      expect(made.length).toBe(2);
      expect(cleared).toEqual(expect.arrayContaining(made));
    } finally {
      setTimer.mockRestore();
      clearTimer.mockRestore();
    }
  });
});
