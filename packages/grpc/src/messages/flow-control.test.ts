import http2 from "node:http2";
import { describe, expect, test } from "vitest";
import { Metadata } from "../headers/metadata.js";
import { collect, deferred, pair, settled, type TextImplementation, textService, until } from "../testing/pair.js";
import { encodeFrame } from "./framing.js";

const chunk = "x".repeat(10_000);

// A window at each end and in each buffer between: far less than an unlimited sender would send.
const windowBytes = 100_000;
const boundBytes = 1_500_000;
const settings = { server: { windowBytes }, channel: { windowBytes } };

describe("back-pressure", () => {
  test("a reader that does not read stops the server's generator", async () => {
    let sent = 0;
    await using p = await pair(
      {
        *serverStream() {
          for (;;) {
            sent += chunk.length;
            yield chunk;
          }
        },
      },
      settings,
    );
    const stream = p.client.serverStream("x")[Symbol.asyncIterator]();
    await stream.next();
    const stopped = await settled(() => sent);
    expect(stopped).toBeLessThan(boundBytes);
    // The sender continues with the reader.
    for (let read = 0; read < 3 * boundBytes; read += chunk.length) expect((await stream.next()).value).toBe(chunk);
    expect(sent).toBeGreaterThan(3 * boundBytes);
    expect((await settled(() => sent)) - 3 * boundBytes).toBeLessThan(boundBytes);
    await stream.return?.();
  });

  test("a handler that does not read stops the client's requests", async () => {
    let sent = 0;
    const go = deferred();
    await using p = await pair(
      {
        async clientStream(requests) {
          await go.promise;
          let bytes = 0;
          for await (const request of requests) bytes += request.length;
          return `${bytes}`;
        },
      },
      settings,
    );
    function* requests() {
      for (let i = 0; i < 500; i++) {
        sent += chunk.length;
        yield chunk;
      }
    }
    const result = p.client.clientStream(requests());
    await until(() => sent > 0);
    expect(await settled(() => sent)).toBeLessThan(boundBytes);
    go.resolve();
    expect(await result).toBe(`${500 * chunk.length}`);
  });

  test("a slow reader of small messages gets them all in order", async () => {
    await using p = await pair({
      *serverStream() {
        for (let i = 0; i < 20_000; i++) yield `${i}`;
      },
    });
    let next = 0;
    for await (const response of p.client.serverStream("x")) {
      expect(response).toBe(`${next++}`);
      if (next % 1000 === 0) await new Promise((resolve) => setImmediate(resolve));
    }
    expect(next).toBe(20_000);
  });

  test("a stream that nobody reads holds up no other", async () => {
    await using p = await pair(
      {
        *serverStream() {
          for (;;) yield chunk;
        },
      },
      settings,
    );
    const stuck = p.client.serverStream("x")[Symbol.asyncIterator]();
    await stuck.next();
    for (let i = 0; i < 20; i++) expect((await p.client.unary(chunk.repeat(10))).length).toBe(10 * chunk.length);
    await stuck.return?.();
  });

  test("a call that nobody reads can be cancelled", async () => {
    const left = deferred();
    await using p = await pair(
      {
        async *serverStream() {
          try {
            for (;;) yield chunk;
          } finally {
            left.resolve();
          }
        },
      },
      settings,
    );
    const controller = new AbortController();
    const stream = p.client.serverStream("x", { signal: controller.signal })[Symbol.asyncIterator]();
    await stream.next();
    controller.abort();
    await left.promise;
    await expect(collect({ [Symbol.asyncIterator]: () => stream })).rejects.toMatchObject({ code: 1 });
  });

  test("a client that opens its window late gets everything", async () => {
    await using p = await pair({
      *serverStream() {
        for (let i = 0; i < 100; i++) yield chunk;
      },
    });
    const session = http2.connect("http://localhost", {
      createConnection: () => p.dial(),
      settings: { initialWindowSize: 0 },
    });
    const stream = session.request({
      ":method": "POST",
      ":path": textService.serverStream.path,
      "content-type": "application/grpc",
    });
    let bytes = 0;
    stream.on("data", (data: Buffer) => {
      bytes += data.length;
    });
    const ended = new Promise((resolve) => stream.on("trailers", resolve));
    stream.end(encodeFrame(Buffer.from("x")));
    await new Promise((resolve) => stream.on("response", resolve));
    expect(bytes).toBe(0);
    session.settings({ initialWindowSize: 5000 });
    expect(await ended).toMatchObject({ "grpc-status": "0" });
    expect(bytes).toBe(100 * (chunk.length + 5));
    session.close();
  });

  test("received data is read to its end after the connection was lost", async () => {
    await using p = await pair({
      *serverStream() {
        for (let i = 0; i < 40; i++) yield chunk;
      },
    });
    const trailers = deferred();
    const got: string[] = [];
    const call = p.channel.startCall(
      textService.serverStream.path,
      {},
      {
        onMessage(message) {
          got.push(message.toString());
          call.pause();
        },
        onStatus: (status) => (status.code === 0 ? trailers.resolve() : trailers.reject(status)),
      },
    );
    call.sendLastMessage(Buffer.from("x"));
    await until(() => got.length > 0);
    // Everything fits into the window: the server has ended its side.
    await settled(() => (p.dialed[0] as unknown as { bytesRead: number }).bytesRead);
    p.dialed[0]!.destroy();
    await until(() => p.dialed[0]!.closed);
    for (let i = 1; i <= 40; i++) {
      await until(() => got.length === i);
      call.resume();
    }
    await trailers.promise;
    expect(got.length).toBe(40);
  });
});

describe("low-level calls", () => {
  test("onMessage keeps quiet between pause and resume", async () => {
    await using p = await pair({});
    const got: string[] = [];
    const ended = deferred<number>();
    const call = p.channel.startCall(
      textService.serverStream.path,
      {},
      {
        onMessage(message) {
          got.push(message.toString());
          call.pause();
        },
        onStatus: ({ code }) => ended.resolve(code),
      },
    );
    call.pause();
    call.sendMessage(Buffer.from("a b c"));
    call.halfClose();
    for (const expected of [[], ["a"], ["a", "b"], ["a", "b", "c"]]) {
      expect(await settled(() => got.length)).toBe(expected.length);
      expect(got).toEqual(expected);
      call.resume();
    }
    expect(await ended.promise).toBe(0);
  });

  test("sendMessage returns false when the sender must wait, and onDrain ends the wait", async () => {
    await using p = await pair({}, settings);
    const drained = deferred();
    const ended = deferred<number>();
    let received = 0;
    const call = p.channel.startCall(
      textService.bidi.path,
      {},
      {
        onMessage: (message) => {
          received += message.length;
        },
        onDrain: () => drained.resolve(),
        onStatus: ({ code }) => ended.resolve(code),
      },
    );
    call.pause();
    let sent = 0;
    const message = Buffer.from(chunk);
    do sent += message.length;
    while (call.sendMessage(message) && sent < 3 * boundBytes);
    expect(sent).toBeLessThan(boundBytes);
    call.resume();
    await drained.promise;
    call.halfClose();
    expect(await ended.promise).toBe(0);
    expect(received).toBe(sent);
    // After the end everything is ignored.
    expect(call.sendMessage(message)).toBe(true);
    call.halfClose();
    call.resume();
    call.cancel(1, "late");
  });
});

test("two sides that send more than the other reads at once do not deadlock", async () => {
  const metadata = new Metadata({ big: "x".repeat(2000) });
  const unary: TextImplementation["unary"] = (request, context) => {
    context.sendHeaders(metadata);
    return request;
  };
  await using p = await pair({ unary }, { transport: "socket" });
  const calls = async () => {
    for (let i = 0; i < 3; i++) expect(await p.client.unary("x", { metadata })).toBe("x");
  };
  await Promise.all(Array.from({ length: 1000 }, calls));
});
