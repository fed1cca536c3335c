import net from "node:net";
import { expect, test } from "vitest";
import { ErrorCode } from "../http2/error-code.js";
import { FrameType } from "../http2/frame.js";
import {
  data,
  end,
  endHeaders,
  goAway,
  headers,
  responseFields,
  rstStream,
  settings,
  turns,
  Wire,
} from "../http2/test-support.js";
import { Server, type ServerOptions } from "../server/server.js";
import { Status } from "../status/status.js";
import { collect, echo, listen, type TextImplementation, textService, until } from "../testing/pair.js";
import { Channel } from "./channel.js";
import { createClient } from "./client.js";

/** A server that `restart` replaces by a new one, gracefully, and a client whose channel outlives all of them. */
async function replaceable(implementation: Partial<TextImplementation>, options: ServerOptions = {}) {
  const start = () => {
    const server = new Server(options);
    server.addService(textService, { ...echo, ...implementation });
    return server;
  };
  let server = start();
  let dialed = 0;
  const closing: Promise<void>[] = [];
  const listener = await listen((socket) => server.handle(socket));
  const channel = new Channel(() => {
    dialed++;
    return net.connect(listener.path);
  });
  return {
    client: createClient(channel, textService),
    channel,
    dialed: () => dialed,
    restart() {
      closing.push(server.close());
      server = start();
    },
    async [Symbol.asyncDispose]() {
      await channel.close();
      await Promise.all([...closing, server.close()]);
      await listener.close();
    },
  };
}

test("calls in flight do not notice that servers come and go", async () => {
  const handled = new Map<string, number>();
  await using p = await replaceable(
    {
      async unary(request) {
        handled.set(request, (handled.get(request) ?? 0) + 1);
        await new Promise((resolve) => setImmediate(resolve));
        return request;
      },
    },
    { maxConcurrentStreams: 8 },
  );
  let next = 0;
  const caller = async () => {
    while (p.dialed() < 10) {
      const text = String(next++);
      expect(await p.client.unary(text)).toBe(text);
      if (next % 200 === 0) p.restart();
    }
  };
  await Promise.all(Array.from({ length: 64 }, caller));
  // No call that the application has seen was repeated.
  expect([...handled.values()].every((times) => times === 1)).toBe(true);
  expect(handled.size).toBe(next);
});

test("a new channel opens no more streams than the server takes", async () => {
  let open = 0;
  let most = 0;
  await using p = await replaceable(
    {
      async unary(request) {
        most = Math.max(most, ++open);
        await new Promise((resolve) => setImmediate(resolve));
        open--;
        return request;
      },
    },
    { maxConcurrentStreams: 8 },
  );
  const texts = Array.from({ length: 64 }, (_, i) => String(i));
  expect(await Promise.all(texts.map((text) => p.client.unary(text)))).toEqual(texts);
  expect(most).toBeLessThanOrEqual(8);
  expect(p.dialed()).toBe(1);
});

test("one stream at a time, for calls of every kind", async () => {
  await using p = await replaceable({}, { maxConcurrentStreams: 1 });
  const joined = async (source: AsyncIterable<string>) => (await collect(source)).join();
  const all = Array.from({ length: 8 }, () => [
    p.client.unary("a"),
    joined(p.client.serverStream("a b")),
    p.client.clientStream(["a", "b"]),
    joined(p.client.bidi(["a", "b"])),
  ]).flat();
  expect(new Set(await Promise.all(all))).toEqual(new Set(["a", "a,b", "a b"]));
});

test("calls that wait for a stream can be cancelled", async () => {
  await using p = await replaceable({}, { maxConcurrentStreams: 0 });
  const controller = new AbortController();
  const calls = Array.from({ length: 4 }, () => p.client.unary("x", { signal: controller.signal }));
  const settled = Promise.allSettled(calls);
  await until(() => p.dialed() === 1);
  // After its settings the calls wait for a stream that never becomes free.
  setTimeout(() => controller.abort(), 50);
  for (const result of await settled) {
    expect(result).toMatchObject({ status: "rejected", reason: { code: Status.CANCELLED } });
  }
});

/** A client of handwritten servers, one for each connection. */
function scripted() {
  const wires: Wire[] = [];
  const channel = new Channel(() => {
    const wire = new Wire(true);
    wires.push(wire);
    return wire;
  });
  return { channel, wires, client: createClient(channel, textService) };
}

test("a stream that is refused again and again fails", async () => {
  const { channel, client, wires } = scripted();
  const call = client.unary("x");
  const failed = expect(call).rejects.toMatchObject({ code: Status.UNAVAILABLE });
  await turns();
  await wires[0]!.say(settings());
  for (let id = 1; id < 100; id += 2) {
    if (wires[0]!.sent(FrameType.headers, id).length === 0) break;
    await wires[0]!.say(rstStream(id, ErrorCode.REFUSED_STREAM));
  }
  await failed;
  expect(wires[0]!.sent(FrameType.headers)).toHaveLength(10);
  channel.destroy();
});

test.each<[string, Buffer[]]>([
  ["a response that has begun", [headers(1, responseFields)]],
  ["a request beyond the buffer", []],
])("%s is not repeated", async (what, answer) => {
  const { channel, client, wires } = scripted();
  const call = client.unary("x".repeat(what.includes("buffer") ? 257 * 1024 : 1));
  const failed = expect(call).rejects.toMatchObject({ code: Status.UNAVAILABLE });
  await turns();
  await wires[0]!.say(settings(), ...answer, rstStream(1, ErrorCode.REFUSED_STREAM));
  await failed;
  expect(wires[0]!.sent(FrameType.headers)).toHaveLength(1);
  channel.destroy();
});

test("calls above a GOAWAY's last stream, and waiting ones, are sent again on the next connection", async () => {
  const { channel, client, wires } = scripted();
  const calls = Array.from({ length: 6 }, (_, i) => client.unary(`message ${i}`));
  await turns();
  expect(wires[0]!.sent(FrameType.headers)).toHaveLength(4);
  await wires[0]!.say(settings(), goAway(9));
  // Streams 1 to 9 stay; 11 is sent again.
  expect(wires).toHaveLength(2);
  await wires[1]!.say(settings());
  expect(wires[1]!.sent(FrameType.headers)).toHaveLength(1);
  expect(wires[1]!.body(1).toString("latin1", 5)).toBe("message 5");
  for (const call of calls) call.catch(() => {});
  channel.destroy();
});

test("a call that has ended in good order is not reset", async () => {
  const { channel, client, wires } = scripted();
  const call = client.unary("x");
  await turns();
  const wire = wires[0]!;
  const trailers = headers(1, { "grpc-status": "0" }, endHeaders | end);
  await wire.say(settings(), headers(1, responseFields), data(1, Buffer.from([0, 0, 0, 0, 0])), trailers);
  expect(await call).toBe("");
  expect(wire.sent(FrameType.rstStream)).toEqual([]);
  channel.destroy();
});

test("a request that still waits for its window ends with an early response", async () => {
  const { channel, client, wires } = scripted();
  const call = client.unary("x".repeat(8 << 20));
  const failed = expect(call).rejects.toMatchObject({ code: Status.RESOURCE_EXHAUSTED });
  await turns();
  const wire = wires[0]!;
  await wire.say(settings(), headers(1, { ...responseFields, "grpc-status": "8" }, endHeaders | end));
  await failed;
  expect(wire.resetCode(1)).toBe(ErrorCode.NO_ERROR);
  const closed = channel.close();
  wire.push(null);
  await closed;
});
