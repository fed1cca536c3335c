import { describe, expect, test } from "vitest";
import { ErrorCode } from "./error-code.js";
import { FrameType, Setting } from "./frame.js";
import {
  data,
  end,
  endHeaders,
  frame,
  headers,
  leftIn,
  nothingLeft,
  ping,
  requestFields,
  responseFields,
  rstStream,
  ServerOnWire,
  settings,
  turns,
  windowUpdate,
} from "./test-support.js";

const request = (streamId: number, flags = 0) => headers(streamId, requestFields, endHeaders | flags);

describe("a graceful end", () => {
  test("requests that cross the first GOAWAY are served", async () => {
    const server = await new ServerOnWire().hello();
    server.wire.answersPings = false;
    server.connection.close();
    await server.wire.say(request(1, end));
    expect(server.wire.goneAway()).toMatchObject({ lastStreamId: 0x7fff_ffff, code: 0, text: "graceful_stop" });
    expect(server.streams).toHaveLength(1);
    await server.wire.say(frame(FrameType.ping, 1, 0, Buffer.alloc(8)), request(3, end));
    expect(server.wire.goneAway()).toMatchObject({ lastStreamId: 1, code: 0, text: "" });
    expect(server.wire.resetCode(3)).toBe(ErrorCode.REFUSED_STREAM);
    server.streams[0]!.stream.end([], responseFields);
    await turns();
    expect(server.wire.writableEnded).toBe(true);
    server.connection.destroy();
  });

  test("frames on streams above the last GOAWAY harm no stream below it", async () => {
    const server = await new ServerOnWire().hello();
    await server.wire.say(request(1));
    server.connection.close();
    await turns();
    await server.wire.say(
      request(3),
      data(3, "x"),
      windowUpdate(3, 10),
      headers(3, { a: "b" }, endHeaders | end),
      request(5),
      rstStream(5),
      data(1, "hello", end),
    );
    expect(server.wire.goneAway()).toMatchObject({ lastStreamId: 1, code: ErrorCode.NO_ERROR });
    expect(server.wire.resetCode(3)).toBe(ErrorCode.REFUSED_STREAM);
    expect(server.streams).toHaveLength(1);
    expect(server.streams[0]!.recorder.body.toString()).toBe("hello");
    server.streams[0]!.stream.end([], responseFields);
    await turns();
    expect(server.streams[0]!.recorder.closed).toEqual({ code: 0, lost: undefined });
    expect(server.wire.sent(FrameType.goAway)).toHaveLength(2);
    expect(server.wire.writableEnded).toBe(true);
    expect(leftIn(server.connection)).toEqual(nothingLeft);
    server.wire.push(null);
    await turns();
    expect(server.closed).toBe(1);
  });

  test.each(["respondOnly", "reset"] as const)(
    "the last stream, ended by %s, is told that it is closed",
    async (how) => {
      const server = await new ServerOnWire().hello();
      await server.wire.say(request(1, end));
      const { stream, recorder } = server.streams[0]!;
      server.connection.close();
      if (how === "reset") stream.reset(ErrorCode.CANCEL);
      else stream.end([], responseFields);
      await turns();
      expect(recorder.closed).toEqual({ code: how === "reset" ? ErrorCode.CANCEL : 0, lost: undefined });
    },
  );
});

describe("every stream is notified of its end", () => {
  test.each([
    ["ended, with the last bytes on their way", false],
    ["reset, with the last bytes on their way", true],
  ])("%s, when the connection is lost", async (_what, reset) => {
    for (const blocked of [false, true]) {
      const server = await new ServerOnWire().hello();
      await server.wire.say(request(1, end));
      const { stream, recorder } = server.streams[0]!;
      if (blocked) {
        server.wire.block();
        stream.respond({ ...responseFields, big: "x".repeat(20_000) });
        await turns();
      }
      if (reset) stream.reset(ErrorCode.CANCEL);
      else stream.end([], responseFields);
      server.connection.destroy();
      await turns();
      expect(recorder.log.filter((event) => event === "close")).toHaveLength(1);
      expect(server.closed).toBe(1);
      expect(leftIn(server.connection)).toEqual(nothingLeft);
    }
  });

  test("read to its end and reset after the connection was lost", async () => {
    const server = await new ServerOnWire().hello();
    await server.wire.say(request(1));
    const { stream, recorder } = server.streams[0]!;
    stream.input.pause();
    stream.end([], responseFields);
    await server.wire.say(data(1, "x", end));
    server.connection.destroy();
    stream.reset(ErrorCode.CANCEL);
    await turns();
    expect(recorder.closed).toEqual({ code: ErrorCode.CANCEL, lost: undefined });
    expect(leftIn(server.connection)).toEqual(nothingLeft);
  });
});

describe("listeners that end the connection", () => {
  test.each([
    ["destroy", () => {}],
    ["destroy, while it closes", (server: ServerOnWire) => server.connection.close()],
  ])("%s: nothing is heard of what came with it", async (_what, before) => {
    const server: ServerOnWire = new ServerOnWire({}, () => ({ onData: () => server.connection.destroy() }));
    await server.hello();
    await server.wire.say(request(1));
    before(server);
    await turns();
    const { bytesWritten } = server.wire;
    server.streams[0]!.stream.respond(responseFields);
    await server.wire.say(data(1, "x"), data(1, "y", end), request(3), request(5, end), ping);
    expect(server.streams).toHaveLength(1);
    expect(server.streams[0]!.recorder.log).toEqual(["data", "close"]);
    expect(server.wire.bytesWritten).toBe(bytesWritten);
    expect(server.closed).toBe(1);
    expect(leftIn(server.connection)).toEqual(nothingLeft);
  });
});

describe("listeners that throw", () => {
  /** Collects uncaught errors meanwhile. */
  async function uncaught(run: () => Promise<void>): Promise<unknown[]> {
    const others = process.listeners("uncaughtException");
    const caught: unknown[] = [];
    process.removeAllListeners("uncaughtException").on("uncaughtException", (error) => caught.push(error));
    try {
      await run();
      await turns();
    } finally {
      process.removeAllListeners("uncaughtException");
      for (const other of others) process.on("uncaughtException", other);
    }
    return caught;
  }

  const oops = new Error("oops");
  const fail = () => {
    throw oops;
  };

  test("while the connection is read: it ends, and every stream is notified", async () => {
    const server = await new ServerOnWire({}, () => ({ onData: fail, onClose: fail })).hello();
    const errors = await uncaught(async () => {
      await server.wire.say(request(1), request(3));
      expect(() => server.wire.push(data(3, "x"))).toThrow(oops);
    });
    expect(errors).toEqual([oops, oops]);
    for (const { recorder } of server.streams) expect(recorder.log.at(-1)).toBe("close");
    expect(server.wire.goneAway()).toMatchObject({ code: ErrorCode.INTERNAL_ERROR });
    expect(leftIn(server.connection)).toEqual(nothingLeft);
  });

  test("when there is room, or a stream is closed: the others continue", async () => {
    const server = await new ServerOnWire({}, () => ({ onDrain: fail, onClose: fail })).hello();
    await server.wire.say(request(1, end), request(3, end), windowUpdate(0, 1 << 20));
    const [first, second] = server.streams.map(({ stream }) => stream);
    for (const stream of [first, second]) {
      stream!.respond(responseFields);
      expect(stream!.output.write([Buffer.alloc(200_000)])).toBe(false);
    }
    const errors = await uncaught(() => server.wire.say(windowUpdate(1, 1 << 20), windowUpdate(3, 1 << 20)));
    expect(errors).toEqual([oops, oops, oops, oops]);
    expect(server.wire.resetCode(1)).toBe(ErrorCode.INTERNAL_ERROR);
    expect(server.wire.resetCode(3)).toBe(ErrorCode.INTERNAL_ERROR);
    await server.wire.say(ping);
    expect(server.wire.sent(FrameType.ping)).toHaveLength(1);
    expect(leftIn(server.connection)).toEqual(nothingLeft);
  });

  test("during the delivery of kept data: the stream is reset", async () => {
    const server = await new ServerOnWire({}, () => ({ onData: fail })).hello();
    await server.wire.say(request(1));
    const { stream, recorder } = server.streams[0]!;
    stream.input.pause();
    await server.wire.say(data(1, "x"), data(1, "y"));
    expect(() => stream.input.resume()).toThrow(oops);
    await turns();
    expect(recorder.log).toEqual(["data", "close"]);
    expect(server.wire.resetCode(1)).toBe(ErrorCode.INTERNAL_ERROR);
    expect(leftIn(server.connection)).toEqual(nothingLeft);
  });
});

describe("a flood that the peer does not read the answers to", () => {
  const once = (bytes: Buffer) => () => bytes;
  let streamId = 1;
  const next = () => {
    streamId += 2;
    return streamId;
  };

  test.each<[string, () => Buffer]>([
    ["PING", once(ping)],
    ["SETTINGS", once(settings([Setting.initialWindowSize, 1]))],
    ["PRIORITY of the wrong size", once(frame(FrameType.priority, 0, 1, Buffer.alloc(4)))],
    ["malformed requests", () => headers(next(), { ":method": "GET" }, endHeaders | end)],
    ["requests", () => request(next(), end)],
    ["requests that are refused", () => request(next())],
  ])("%s: is not read any more", async (what, one) => {
    streamId = 1;
    const limits = what.endsWith("refused") ? { maxConcurrentStreams: 0 } : {};
    const server = await new ServerOnWire(limits, () => ({
      onEnd: () => server.streams.at(-1)!.stream.end([], responseFields),
    })).hello();
    await server.wire.say(request(1, end));
    server.wire.block();
    for (let chunk = 0; chunk < 200 && !server.wire.isPaused(); chunk++) {
      await server.wire.say(...Array.from({ length: 200 }, one));
    }
    expect(server.wire.isPaused()).toBe(true);
    const { bytesWritten } = server.wire;
    server.wire.push(ping);
    await turns();
    expect(server.wire.bytesWritten).toBe(bytesWritten);
    // A peer that reads again is read again.
    server.wire.unblock();
    await turns();
    expect(server.wire.isPaused()).toBe(false);
    expect(server.wire.sent(FrameType.ping)).not.toEqual([]);
    expect(server.wire.bytesWritten - bytesWritten).toBeLessThan(200_000);
    expect(server.wire.goneAway()).toBeUndefined();
  });
});

describe("streams that cost the peer nothing", () => {
  test.each<[string, (streamId: number) => Buffer[]]>([
    ["reset", (streamId) => [rstStream(streamId)]],
    ["a window of nothing", (streamId) => [windowUpdate(streamId, 0)]],
    ["malformed trailers", (streamId) => [headers(streamId, { A: "b" }, endHeaders | end)]],
    ["DATA beyond the end", (streamId) => [data(streamId, "", end), data(streamId, "")]],
  ])("%s: any number of them is served, and no more than 10,000 handlers stay behind", async (_what, abandon) => {
    const server = await new ServerOnWire().hello();
    let opened = 0;
    const open = async (count: number) => {
      for (const last = opened + count; opened < last; ) {
        const frames: Buffer[] = [];
        for (let i = 0; i < 500; i++, opened++) frames.push(request(1 + 2 * opened), ...abandon(1 + 2 * opened));
        await server.wire.say(...frames);
      }
    };
    await open(11_000);
    expect(server.wire.goneAway()).toBeUndefined();
    expect(server.streams).toHaveLength(10_000);
    expect(server.wire.resetCode(1 + 2 * 10_000)).toBe(ErrorCode.REFUSED_STREAM);
    for (const { stream } of server.streams) stream.release();
    await open(10_000);
    expect(server.streams).toHaveLength(20_000);
    expect(leftIn(server.connection)).toEqual(nothingLeft);
    for (const { recorder } of server.streams) expect(recorder.closed).toBeDefined();
  });
});

describe("content-length", () => {
  test.each<[string, Record<string, string>, number | undefined]>([
    ["right", { "content-length": "5" }, undefined],
    ["wrong", { "content-length": "4" }, ErrorCode.PROTOCOL_ERROR],
    ["no number", { "content-length": "five" }, ErrorCode.PROTOCOL_ERROR],
    ["the value of another header", { "x-header": "content-length", next: "6" }, undefined],
  ])("%s", async (_what, fields, code) => {
    const server = await new ServerOnWire().hello();
    await server.wire.say(headers(1, { ...requestFields, ...fields }), data(1, "hel"), data(1, "lo", end));
    expect(server.wire.resetCode(1)).toBe(code);
    expect(server.streams[0]!.recorder.log.at(-1)).toBe(code === undefined ? "end" : "close");
  });
});
