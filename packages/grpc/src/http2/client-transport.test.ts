import { describe, expect, test, vi } from "vitest";
import { ErrorCode } from "./error-code.js";
import { FrameType, Setting } from "./frame.js";
import {
  ClientOnWire,
  data,
  end,
  endHeaders,
  frame,
  goAway,
  headers,
  leftIn,
  nothingLeft,
  ping,
  Recorder,
  requestFields,
  responseFields,
  rstStream,
  settings,
  turns,
  uint32,
  Wire,
  windowUpdate,
} from "./test-support.js";

/** A client whose server has sent its settings. */
async function client(...pairs: (readonly [number, number])[]): Promise<ClientOnWire> {
  const client = new ClientOnWire();
  await client.wire.say(settings(...pairs));
  return client;
}

const response = (streamId: number, flags = 0) => headers(streamId, responseFields, endHeaders | flags);
const trailers = (streamId: number) => headers(streamId, { "grpc-status": "0" }, endHeaders | end);

describe("more streams than the server takes", () => {
  test("wait their turn, with everything written and their end", async () => {
    const { connection, wire, ...c } = await client([Setting.maxConcurrentStreams, 1]);
    const first = connection.request(requestFields, new Recorder());
    const recorders = [new Recorder(), new Recorder(), new Recorder()];
    const [bare, full, cancelled] = recorders.map((recorder) => connection.request(requestFields, recorder));
    bare!.output.end([]);
    full!.output.write([Buffer.from("a")]);
    full!.output.end([Buffer.from("b")]);
    cancelled!.output.write([Buffer.from("c")]);
    cancelled!.reset(ErrorCode.CANCEL);
    await turns();
    expect(wire.sent(FrameType.headers).map(({ streamId }) => streamId)).toEqual([1]);
    expect(recorders[2]!.closed).toEqual({ code: ErrorCode.CANCEL, lost: undefined });
    first.output.end([]);
    await wire.say(response(1, end));
    expect(wire.ended(3)).toBe(true);
    expect(wire.body(3)).toHaveLength(0);
    await wire.say(response(3), trailers(3));
    expect(wire.body(5).toString()).toBe("ab");
    expect(wire.ended(5)).toBe(true);
    connection.close();
    await wire.say(response(5), trailers(5));
    expect(leftIn(connection)).toEqual(nothingLeft);
    expect(c.events).toEqual(["ready", "draining"]);
  });

  test("wait while it allows none, and are lost with the connection", async () => {
    const { connection, wire } = await client([Setting.maxConcurrentStreams, 0]);
    const recorder = new Recorder();
    connection.request(requestFields, recorder).output.end([]);
    await turns();
    expect(wire.sent(FrameType.headers)).toEqual([]);
    wire.push(null);
    await turns();
    expect(recorder.log).toEqual(["close"]);
    expect(recorder.closed?.lost).toBeInstanceOf(Error);
    expect(leftIn(connection)).toEqual(nothingLeft);
  });

  test("are lost if no stream ids are left for them", async () => {
    const c = await client([Setting.maxConcurrentStreams, 1]);
    const [first, last, queued] = [c.request(), c.request(), c.request()];
    Object.assign(c.connection, { nextStreamId: 0x7fff_ffff });
    for (const { stream } of [first, last]) stream.output.end([]);
    await c.wire.say(response(1, end));
    expect(c.connection.usable).toBe(false);
    await c.wire.say(response(0x7fff_ffff, end));
    expect(last.recorder.closed).toEqual({ code: 0, lost: undefined });
    expect(queued.recorder.closed?.lost?.message).toContain("no more stream ids");
    expect(c.wire.sent(FrameType.headers).map(({ streamId }) => streamId)).toEqual([1, 0x7fff_ffff]);
    expect(c.wire.goneAway()).toMatchObject({ code: ErrorCode.NO_ERROR });
    expect(leftIn(c.connection)).toEqual(nothingLeft);
  });

  test("continue when it allows more", async () => {
    const { connection, wire } = await client([Setting.maxConcurrentStreams, 0]);
    for (let i = 0; i < 5; i++) connection.request(requestFields, new Recorder()).output.end([]);
    await wire.say(settings([Setting.maxConcurrentStreams, 3]));
    expect(wire.sent(FrameType.headers)).toHaveLength(3);
    await wire.say(settings([Setting.maxConcurrentStreams, 1]), response(1, end));
    expect(wire.sent(FrameType.headers)).toHaveLength(3);
    await wire.say(rstStream(3), rstStream(5));
    expect(wire.sent(FrameType.headers)).toHaveLength(4);
  });
});

test("few streams are opened before the server's limit is known", async () => {
  const { connection, wire } = new ClientOnWire();
  const recorders = Array.from({ length: 150 }, () => new Recorder());
  for (const recorder of recorders) connection.request(requestFields, recorder).output.end([]);
  await turns();
  expect(wire.sent(FrameType.headers)).toHaveLength(4);
  await wire.say(settings());
  expect(wire.sent(FrameType.headers)).toHaveLength(150);
});

describe("what is written", () => {
  test("leaves as soon as the transport accepts it", async () => {
    const wire = new Wire(true, 1 << 24);
    const c = new ClientOnWire({}, wire);
    await wire.say(settings([Setting.initialWindowSize, 0x7fff_ffff]), windowUpdate(0, 0x7fff_0000));
    const { stream, recorder } = c.request();
    const other = c.request();
    const bytes = Buffer.alloc(3_000_000, 7);
    expect(stream.output.write([bytes])).toBe(false);
    other.stream.output.end([bytes]);
    await turns();
    await turns();
    expect(wire.body(1)).toHaveLength(bytes.length);
    expect(wire.body(3)).toHaveLength(bytes.length);
    expect(wire.ended(3)).toBe(true);
    expect(recorder.log).toEqual(["drain"]);
    expect(leftIn(c.connection)).toMatchObject({ waiting: 0, streams: 2 });
  });
});

describe("what is received", () => {
  test("that is not read is limited, and frees its share", async () => {
    const windowBytes = 100 * 1024 * 1024;
    const c = new ClientOnWire({ windowBytes });
    await c.wire.say(settings());
    const { stream, recorder } = c.request();
    stream.input.pause();
    await c.wire.say(response(1));
    const chunk = data(1, Buffer.alloc(16_384));
    let sent = 0;
    const credit = () =>
      65_535 + c.wire.sent(FrameType.windowUpdate, 0).reduce((sum, { payload }) => sum + payload.readUInt32BE(0), 0);
    while (credit() - sent >= 16_384 && sent < windowBytes - 16_384) {
      c.wire.push(chunk);
      sent += 16_384;
      if (sent % (1 << 20) === 0) await turns();
    }
    expect(sent).toBeLessThan(70 * 1024 * 1024);
    expect(recorder.chunks).toEqual([]);
    stream.input.resume();
    await turns();
    expect(recorder.body).toHaveLength(sent);
    expect(credit() - sent).toBeGreaterThan(2 * 1024 * 1024);
    expect(leftIn(c.connection)).toMatchObject({ unreadBytes: 0 });
  });
});

describe("faults that end the connection", () => {
  const { PROTOCOL_ERROR, FRAME_SIZE_ERROR, FLOW_CONTROL_ERROR, COMPRESSION_ERROR } = ErrorCode;
  const { ENHANCE_YOUR_CALM } = ErrorCode;
  const ok = { ":status": "200" };
  const padded = 0x8;
  const priority = 0x20;

  // The stream 1 is open, 3 was reset by the client, and 5 has ended.
  test.each<[string, Buffer | Buffer[], number]>([
    ["DATA of no stream", data(0, "x"), PROTOCOL_ERROR],
    ["DATA of a stream that was not opened", data(7, "x"), PROTOCOL_ERROR],
    ["DATA of a stream of the server", data(2, "x"), PROTOCOL_ERROR],
    ["DATA with more padding than there is", data(1, "\x05abc", padded), PROTOCOL_ERROR],
    ["DATA without its pad length", data(1, "", padded), FRAME_SIZE_ERROR],
    ["a frame that is too large", frame(FrameType.data, 0, 1, Buffer.alloc(16_385)), FRAME_SIZE_ERROR],
    ["a frame of unknown type that is too large", frame(0x77, 0, 0, Buffer.alloc(16_385)), FRAME_SIZE_ERROR],
    ["HEADERS of no stream", headers(0, ok), PROTOCOL_ERROR],
    ["HEADERS of a stream that was not opened", headers(7, ok), PROTOCOL_ERROR],
    ["HEADERS of a stream of the server", headers(2, ok), PROTOCOL_ERROR],
    ["HEADERS with more padding than there is", headers(1, Buffer.from([9, 1]), endHeaders | padded), PROTOCOL_ERROR],
    ["HEADERS without their pad length", headers(1, Buffer.alloc(0), endHeaders | padded), FRAME_SIZE_ERROR],
    ["HEADERS without their priority", headers(1, Buffer.alloc(4), endHeaders | priority), FRAME_SIZE_ERROR],
    ["HEADERS that depend on themselves", headers(1, uint32(1, 0), endHeaders | priority), PROTOCOL_ERROR],
    ["a malformed header block", headers(1, Buffer.from([0x80])), COMPRESSION_ERROR],
    ["an index beyond the table", headers(1, Buffer.from([0xff, 0xff, 0x03])), COMPRESSION_ERROR],
    ["a malformed header block of a stream that was reset", headers(3, Buffer.from([0x80])), COMPRESSION_ERROR],
    ["PRIORITY of no stream", frame(FrameType.priority, 0, 0, Buffer.alloc(5)), PROTOCOL_ERROR],
    [
      "PRIORITY on itself",
      frame(FrameType.priority, 0, 1, Buffer.concat([uint32(1), Buffer.alloc(1)])),
      PROTOCOL_ERROR,
    ],
    ["RST_STREAM of no stream", rstStream(0), PROTOCOL_ERROR],
    ["RST_STREAM of a stream that was not opened", rstStream(7), PROTOCOL_ERROR],
    ["RST_STREAM of the wrong size", frame(FrameType.rstStream, 0, 1, Buffer.alloc(5)), FRAME_SIZE_ERROR],
    ["SETTINGS of a stream", frame(FrameType.settings, 0, 1), PROTOCOL_ERROR],
    ["SETTINGS of the wrong size", frame(FrameType.settings, 0, 0, Buffer.alloc(5)), FRAME_SIZE_ERROR],
    ["an acknowledgement that says something", frame(FrameType.settings, 1, 0, Buffer.alloc(6)), FRAME_SIZE_ERROR],
    ["SETTINGS_ENABLE_PUSH 2", settings([Setting.enablePush, 2]), PROTOCOL_ERROR],
    ["a window that is too large", settings([Setting.initialWindowSize, 0x8000_0000]), FLOW_CONTROL_ERROR],
    ["frames that are too small", settings([Setting.maxFrameSize, 16_383]), PROTOCOL_ERROR],
    ["frames that are too large", settings([Setting.maxFrameSize, 0x100_0000]), PROTOCOL_ERROR],
    [
      "SETTINGS that overflow a window",
      [windowUpdate(1, 0x7fff_0000), settings([Setting.initialWindowSize, 0x7fff_ffff])],
      FLOW_CONTROL_ERROR,
    ],
    ["PUSH_PROMISE", frame(FrameType.pushPromise, endHeaders, 1, Buffer.concat([uint32(2)])), PROTOCOL_ERROR],
    ["PING of a stream", frame(FrameType.ping, 0, 1, Buffer.alloc(8)), PROTOCOL_ERROR],
    ["PING of the wrong size", frame(FrameType.ping, 0, 0, Buffer.alloc(7)), FRAME_SIZE_ERROR],
    ["GOAWAY of a stream", frame(FrameType.goAway, 0, 1, Buffer.alloc(8)), PROTOCOL_ERROR],
    ["GOAWAY of the wrong size", frame(FrameType.goAway, 0, 0, Buffer.alloc(7)), FRAME_SIZE_ERROR],
    ["WINDOW_UPDATE of nothing", windowUpdate(0, 0), PROTOCOL_ERROR],
    ["WINDOW_UPDATE that overflows", windowUpdate(0, 0x7fff_ffff), FLOW_CONTROL_ERROR],
    ["WINDOW_UPDATE of a stream that was not opened", windowUpdate(7, 1), PROTOCOL_ERROR],
    ["WINDOW_UPDATE of the wrong size", frame(FrameType.windowUpdate, 0, 1, Buffer.alloc(3)), FRAME_SIZE_ERROR],
    ["CONTINUATION of nothing", frame(FrameType.continuation, endHeaders, 1), PROTOCOL_ERROR],
    ["CONTINUATION of another stream", [headers(1, ok, 0), frame(FrameType.continuation, 4, 3)], PROTOCOL_ERROR],
    ["PING within a header block", [headers(1, ok, 0), ping], PROTOCOL_ERROR],
    ["an unknown frame within a header block", [headers(1, ok, 0), frame(0x77, 0, 0)], PROTOCOL_ERROR],
    [
      "a header block of many empty frames",
      [headers(1, ok, 0), ...Array.from({ length: 2000 }, () => frame(FrameType.continuation, 0, 1))],
      ENHANCE_YOUR_CALM,
    ],
    [
      "a header block without end",
      [
        headers(1, ok, 0),
        ...Array.from({ length: 10 }, () => frame(FrameType.continuation, 0, 1, Buffer.alloc(16_000))),
      ],
      ENHANCE_YOUR_CALM,
    ],
  ])("%s", async (_what, frames, code) => {
    const c = await client();
    const [open, reset, ended] = [c.request(), c.request(), c.request()];
    reset.stream.reset(ErrorCode.CANCEL);
    ended.stream.output.end([]);
    await c.wire.say(response(1), response(5, end));
    await c.wire.say(...[frames].flat());
    expect(c.wire.goneAway()).toMatchObject({ lastStreamId: 0, code });
    expect(open.recorder.log.at(-1)).toBe("close");
    expect(open.recorder.closed?.lost).toMatchObject({ name: "Http2Error", code });
    expect(reset.recorder.closed).toEqual({ code: ErrorCode.CANCEL, lost: undefined });
    expect(ended.recorder.closed).toEqual({ code: 0, lost: undefined });
    expect(c.connection.usable).toBe(false);
    expect(leftIn(c.connection)).toEqual(nothingLeft);
    // Everything after this is ignored.
    const { bytesWritten } = c.wire;
    await c.wire.say(ping, headers(1, ok));
    expect(c.wire.bytesWritten).toBe(bytesWritten);
    c.wire.push(null);
    await turns();
    expect(c.events).toEqual(["ready", "draining", "close"]);
    expect(c.error).toMatchObject({ code });
  });

  test.each<[string, Buffer]>([
    ["HTTP/1", Buffer.from("HTTP/1.1 400 Bad Request\r\n\r\n")],
    ["another frame", ping],
    ["an acknowledgement", frame(FrameType.settings, 1, 0)],
  ])("%s in place of the first SETTINGS", async (_what, bytes) => {
    const c = new ClientOnWire();
    const { recorder } = c.request();
    await c.wire.say(bytes);
    expect(c.wire.sent(FrameType.goAway)).toHaveLength(1);
    expect(recorder.log).toEqual(["close"]);
    expect(c.events).toEqual(["draining"]);
  });
});

describe("faults that end a stream", () => {
  const { PROTOCOL_ERROR, FRAME_SIZE_ERROR, FLOW_CONTROL_ERROR, STREAM_CLOSED, ENHANCE_YOUR_CALM } = ErrorCode;
  const status = (value: string, flags = 0) => headers(1, { ":status": value }, endHeaders | flags);
  const last = endHeaders | end;

  test.each<[string, Buffer[], number]>([
    ["DATA before the response", [data(1, "x")], PROTOCOL_ERROR],
    ["DATA after the end", [response(1, end), data(1, "x")], STREAM_CLOSED],
    ["HEADERS after the end", [response(1, end), trailers(1)], STREAM_CLOSED],
    ["trailers that do not end", [response(1), headers(1, { a: "b" })], PROTOCOL_ERROR],
    ["malformed trailers", [response(1), headers(1, { A: "b" }, last)], PROTOCOL_ERROR],
    ["pseudo-headers in trailers", [response(1), headers(1, { ":status": "200" }, last)], PROTOCOL_ERROR],
    ["no status", [headers(1, { a: "b" })], PROTOCOL_ERROR],
    ["no headers", [headers(1, {})], PROTOCOL_ERROR],
    ["no HTTP status", [status("OK")], PROTOCOL_ERROR],
    ["a second status", [headers(1, { ":status": ["200", "200"] })], PROTOCOL_ERROR],
    ["a status behind others", [headers(1, { a: "b", ":status": "200" })], PROTOCOL_ERROR],
    ["a request", [headers(1, requestFields)], PROTOCOL_ERROR],
    ["an informational response that ends", [status("100", end)], PROTOCOL_ERROR],
    ["connection headers", [headers(1, { ":status": "200", connection: "close" })], PROTOCOL_ERROR],
    ["a line break", [headers(1, { ":status": "200", a: "b\r\nc: d" })], PROTOCOL_ERROR],
    [
      "too many headers",
      [headers(1, { ":status": "200", a: Array.from({ length: 500 }, () => "") })],
      ENHANCE_YOUR_CALM,
    ],
    [
      "too many trailers",
      [response(1), headers(1, { a: Array.from({ length: 500 }, () => "") }, last)],
      ENHANCE_YOUR_CALM,
    ],
    ["WINDOW_UPDATE of nothing", [windowUpdate(1, 0)], PROTOCOL_ERROR],
    ["WINDOW_UPDATE that overflows", [windowUpdate(1, 0x7fff_ffff)], FLOW_CONTROL_ERROR],
    ["PRIORITY of the wrong size", [frame(FrameType.priority, 0, 1, Buffer.alloc(4))], FRAME_SIZE_ERROR],
  ])("%s", async (_what, frames, code) => {
    const c = await client();
    const { recorder } = c.request();
    const other = c.request();
    // Further frames on the stream are skipped.
    await c.wire.say(...frames, data(1, "late"), trailers(1), windowUpdate(1, 5), rstStream(1));
    expect(c.wire.resetCode(1)).toBe(code);
    expect(c.wire.sent(FrameType.rstStream)).toHaveLength(1);
    expect(recorder.closed).toEqual({ code, lost: undefined });
    other.stream.output.end([]);
    await c.wire.say(response(3), data(3, "x"), trailers(3));
    expect(other.recorder.log).toEqual(["headers", "data", "trailers", "end", "close"]);
    expect(leftIn(c.connection)).toEqual(nothingLeft);
  });

  test("more DATA than its window", async () => {
    const c = await client();
    const { stream, recorder } = c.request();
    stream.input.pause();
    const chunk = data(1, Buffer.alloc(16_384));
    await c.wire.say(response(1), chunk, chunk, chunk);
    expect(recorder.closed).toBeUndefined();
    expect(leftIn(c.connection)).toMatchObject({ unreadBytes: 3 * 16_384 });
    await c.wire.say(chunk);
    expect(recorder.closed).toEqual({ code: FLOW_CONTROL_ERROR, lost: undefined });
    expect(leftIn(c.connection)).toEqual(nothingLeft);
  });

  test.each([0, 2, 8, 0xffff_ffff])("RST_STREAM %s", async (code) => {
    const c = await client([Setting.initialWindowSize, 10]);
    const { stream, recorder } = c.request();
    stream.output.write([Buffer.alloc(100)]);
    stream.input.pause();
    await c.wire.say(response(1), data(1, "x"), rstStream(1, code), rstStream(1, code));
    expect(recorder.log).toEqual(["headers", "close"]);
    expect(recorder.closed).toEqual({ code, lost: undefined });
    expect(c.wire.sent(FrameType.rstStream)).toEqual([]);
    expect(leftIn(c.connection)).toEqual(nothingLeft);
    // Its methods have no effect any more.
    stream.input.resume();
    stream.output.end([Buffer.from("x")]);
    stream.reset(ErrorCode.CANCEL);
    await turns();
    expect(c.wire.body(1)).toHaveLength(10);
  });
});

test("frames that must be skipped are skipped", async () => {
  const c = await client();
  const { stream, recorder } = c.request();
  stream.output.end([]);
  await c.wire.say(
    frame(0x77, 0xff, 9, Buffer.alloc(100)),
    settings([0x99, 7], [Setting.maxFrameSize, 20_000]),
    frame(FrameType.ping, 1, 0, Buffer.alloc(8)),
    frame(FrameType.priority, 0, 1001, Buffer.alloc(5)),
    headers(1, { ":status": "103", link: "x" }),
    headers(1, { ":status": "100" }),
    headers(
      1,
      Buffer.concat([Buffer.from([3]), uint32(0x8000_0003), Buffer.from([7, 0x88, 0, 0, 0])]),
      0x28 | endHeaders,
    ),
    data(1, "\x02x\0\0", 0x8),
    data(1, "\x03\0\0\0", 0x8),
    data(1, ""),
    trailers(1),
    windowUpdate(1, 1),
    rstStream(1),
  );
  expect(recorder.headers).toEqual([":status", "200"]);
  expect(recorder.body.toString()).toBe("x");
  expect(recorder.log).toEqual(["headers", "data", "trailers", "end", "close"]);
  expect(recorder.closed).toEqual({ code: 0, lost: undefined });
  expect(c.events).toEqual(["ready"]);
  expect(c.wire.sent(FrameType.settings)).toHaveLength(3);
  expect(leftIn(c.connection)).toEqual(nothingLeft);
});

describe("GOAWAY", () => {
  test("loses the streams above the last one, and waits for the others", async () => {
    const c = await client([Setting.maxConcurrentStreams, 3]);
    const calls = Array.from({ length: 4 }, () => c.request());
    await c.wire.say(response(1), goAway(1, 0, "bye"));
    expect(calls.map(({ recorder }) => recorder.log)).toEqual([["headers"], ["close"], ["close"], ["close"]]);
    expect(calls[1]!.recorder.closed?.lost?.message).toContain('GOAWAY NO_ERROR, debug data: "bye"');
    expect(() => c.request()).toThrow("takes no new streams");
    // Late frames of the lost streams, and a last stream whose window grows again.
    await c.wire.say(response(3, end), goAway(5), data(1, "x"));
    calls[0]!.stream.output.end([Buffer.from("y")]);
    await c.wire.say(trailers(1));
    expect(c.wire.body(1).toString()).toBe("y");
    expect(calls[0]!.recorder.closed).toEqual({ code: 0, lost: undefined });
    expect(c.wire.writableEnded).toBe(true);
    expect(leftIn(c.connection)).toEqual(nothingLeft);
    c.wire.push(null);
    await turns();
    expect(c.events).toEqual(["ready", "draining", "close"]);
  });

  test("names the reason of the loss that follows", async () => {
    const c = await client();
    const { recorder } = c.request();
    await c.wire.say(goAway(0x7fff_ffff, 11, "calm"));
    expect(recorder.closed).toBeUndefined();
    c.wire.destroy(new Error("reset"));
    await turns();
    expect(recorder.closed?.lost?.message).toBe(
      'the peer ended the connection with GOAWAY ENHANCE_YOUR_CALM, debug data: "calm"',
    );
    expect(c.error).toBe(recorder.closed?.lost);
  });

  test("with no stream open ends the connection, and so does one of an unknown error", async () => {
    for (const code of [0, 77]) {
      const c = await client();
      await c.wire.say(goAway(0, code));
      expect(c.wire.writableEnded).toBe(true);
      c.wire.push(null);
      await turns();
      expect(c.events).toEqual(["ready", "draining", "close"]);
      expect(leftIn(c.connection)).toEqual(nothingLeft);
    }
  });

  test("from within every event of a stream the connection can be ended", async () => {
    for (const event of ["onHeaders", "onData", "onTrailers", "onEnd", "onClose", "onDrain"] as const) {
      for (const how of ["close", "destroy", "reset", "end the transport", "destroy the transport"]) {
        const c: ClientOnWire = await client([Setting.maxConcurrentStreams, 2]);
        const act = () => {
          if (how === "close") c.connection.close();
          if (how === "destroy") c.connection.destroy(new Error("enough"));
          if (how === "reset") for (const { stream } of all) stream.reset(ErrorCode.CANCEL);
          if (how === "end the transport") c.wire.push(null);
          if (how === "destroy the transport") c.wire.destroy();
        };
        const all = [c.request({ [event]: act }), c.request(), c.request()];
        all[0]!.stream.output.end([Buffer.alloc(100_000)]);
        all[2]!.stream.output.write([Buffer.alloc(10)]);
        await c.wire.say(response(1), data(1, "x"), windowUpdate(0, 1 << 20), windowUpdate(1, 1 << 20));
        await c.wire.say(data(1, "y"), trailers(1));
        for (const { stream } of all.slice(1)) stream.reset(ErrorCode.CANCEL);
        c.connection.close();
        await turns();
        c.wire.push(null);
        await turns();
        for (const { recorder } of all) expect(recorder.log.at(-1), `${event}, ${how}`).toBe("close");
        expect(c.events, `${event}, ${how}`).toEqual(["ready", "draining", "close"]);
        expect(leftIn(c.connection)).toEqual(nothingLeft);
      }
    }
  });
});

describe("windows", () => {
  test("that the server makes negative take nothing until they are open again", async () => {
    const c = await client([Setting.initialWindowSize, 1000]);
    const { stream, recorder } = c.request();
    stream.output.end([Buffer.alloc(5000, 1)]);
    await turns();
    expect(c.wire.body(1)).toHaveLength(1000);
    await c.wire.say(settings([Setting.initialWindowSize, 0]));
    // -1000
    await c.wire.say(windowUpdate(1, 1000));
    expect(c.wire.body(1)).toHaveLength(1000);
    await c.wire.say(windowUpdate(1, 1));
    expect(c.wire.body(1)).toHaveLength(1001);
    await c.wire.say(settings([Setting.initialWindowSize, 500]));
    expect(c.wire.body(1)).toHaveLength(1501);
    await c.wire.say(settings([Setting.initialWindowSize, 4000], [Setting.initialWindowSize, 100]));
    await c.wire.say(settings([Setting.initialWindowSize, 0x7fff_ffff - 500]));
    expect(c.wire.body(1)).toHaveLength(5000);
    expect(c.wire.ended(1)).toBe(true);
    expect(recorder.log).toEqual([]);
    // A stream opened now uses the newest settings.
    expect(c.wire.goneAway()).toBeUndefined();
  });

  test("of one byte each, of the stream and of the connection", async () => {
    const c = await client([Setting.initialWindowSize, 0]);
    const { stream } = c.request();
    const bytes = Buffer.from("0123456789");
    stream.output.end([bytes.subarray(0, 3), bytes.subarray(3, 4), bytes.subarray(4)]);
    for (let i = 1; i <= bytes.length; i++) {
      expect(c.wire.ended(1)).toBe(false);
      await c.wire.say(windowUpdate(1, 1));
      expect(c.wire.body(1).toString()).toBe(bytes.toString("utf8", 0, i));
    }
    expect(c.wire.ended(1)).toBe(true);
    // Another stream uses up the connection's window.
    await c.wire.say(windowUpdate(0, 1), settings([Setting.initialWindowSize, 1_000_000]));
    const big = c.request().stream;
    const small = c.request().stream;
    big.output.end([Buffer.alloc(65_536 - 10)]);
    small.output.end([Buffer.from("ab")]);
    await turns();
    expect(c.wire.ended(3)).toBe(true);
    expect(c.wire.body(5)).toHaveLength(0);
    await c.wire.say(windowUpdate(0, 1));
    expect(c.wire.body(5).toString()).toBe("a");
    await c.wire.say(windowUpdate(0, 1));
    expect(c.wire.body(5).toString()).toBe("ab");
    expect(c.wire.ended(5)).toBe(true);
  });

  test("are given back for what is read, padding included, and not for what is not", async () => {
    const c = await client();
    const { stream } = c.request();
    const credit = () => c.wire.sent(FrameType.windowUpdate, 1).reduce((sum, f) => sum + f.payload.readUInt32BE(0), 0);
    const full = Buffer.alloc(16_384);
    full[0] = 255;
    await c.wire.say(response(1), data(1, full, 0x8), data(1, full, 0x8));
    expect(credit()).toBe(32_768);
    stream.input.pause();
    await c.wire.say(data(1, full), data(1, full), data(1, full));
    expect(credit()).toBe(32_768);
    stream.input.resume();
    await turns();
    expect(credit()).toBe(5 * 16_384 - 16_384);
    stream.input.pause();
    await c.wire.say(data(1, full), data(1, full));
    // Discarded data counts as read, so the server may finish.
    stream.output.end([]);
    stream.reset(0);
    await turns();
    expect(leftIn(c.connection)).toEqual(nothingLeft);
  });
});

test("a change of the settings does not walk the open streams", async () => {
  const c = await client();
  for (let i = 0; i < 10; i++) c.request();
  const { streams } = c.connection.connection;
  const walks = [vi.spyOn(streams, "values"), vi.spyOn(streams, "entries"), vi.spyOn(streams, Symbol.iterator)];
  await c.wire.say(...Array.from({ length: 100 }, (_, i) => settings([Setting.initialWindowSize, 1000 + i])));
  expect(walks.map((walk) => walk.mock.calls.length)).toEqual([0, 0, 0]);
});

test("a stream that waits for its window goes on when the settings widen it", async () => {
  const c = await client([Setting.initialWindowSize, 3]);
  const { wire } = c;
  const { stream } = c.request();
  stream.output.end([Buffer.from("hello")]);
  await turns();
  expect(wire.body(1).toString()).toBe("hel");
  await wire.say(settings([Setting.initialWindowSize, 4]), settings([Setting.initialWindowSize, 10]));
  expect(wire.body(1).toString()).toBe("hello");
  expect(wire.ended(1)).toBe(true);
});
