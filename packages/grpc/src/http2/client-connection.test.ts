import { describe, expect, test, vi } from "vitest";
import { ErrorCode } from "../status-mapping.js";
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

/** A client whose server has said its settings. */
async function client(...pairs: (readonly [number, number])[]): Promise<ClientOnWire> {
  const client = new ClientOnWire();
  await client.wire.say(settings(...pairs));
  return client;
}

const response = (streamId: number, flags = 0) => headers(streamId, responseFields, endHeaders | flags);
const trailers = (streamId: number) => headers(streamId, { "grpc-status": "0" }, endHeaders | end);

describe("more streams than the server takes", () => {
  test("wait for those before them, with all that was written and their end", async () => {
    const { connection, wire, ...c } = await client([Setting.maxConcurrentStreams, 1]);
    const first = connection.request(requestFields, new Recorder());
    const recorders = [new Recorder(), new Recorder(), new Recorder()];
    const [bare, full, cancelled] = recorders.map((recorder) => connection.request(requestFields, recorder));
    bare!.end([]);
    full!.write([Buffer.from("a")]);
    full!.end([Buffer.from("b")]);
    cancelled!.write([Buffer.from("c")]);
    cancelled!.reset(ErrorCode.CANCEL);
    await turns();
    expect(wire.sent(FrameType.headers).map(({ streamId }) => streamId)).toEqual([1]);
    expect(recorders[2]!.closed).toEqual({ code: ErrorCode.CANCEL, lost: undefined });
    first.end([]);
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

  test("wait while it takes none, and are lost with the connection", async () => {
    const { connection, wire } = await client([Setting.maxConcurrentStreams, 0]);
    const recorder = new Recorder();
    connection.request(requestFields, recorder).end([]);
    await turns();
    expect(wire.sent(FrameType.headers)).toEqual([]);
    wire.push(null);
    await turns();
    expect(recorder.log).toEqual(["close"]);
    expect(recorder.closed?.lost).toBeInstanceOf(Error);
    expect(leftIn(connection)).toEqual(nothingLeft);
  });

  test("go on when it takes more", async () => {
    const { connection, wire } = await client([Setting.maxConcurrentStreams, 0]);
    for (let i = 0; i < 5; i++) connection.request(requestFields, new Recorder()).end([]);
    await wire.say(settings([Setting.maxConcurrentStreams, 3]));
    expect(wire.sent(FrameType.headers)).toHaveLength(3);
    await wire.say(settings([Setting.maxConcurrentStreams, 1]), response(1, end));
    expect(wire.sent(FrameType.headers)).toHaveLength(3);
    await wire.say(rstStream(3), rstStream(5));
    expect(wire.sent(FrameType.headers)).toHaveLength(4);
  });
});

describe("what is written", () => {
  test("leaves whatever the transport takes at once", async () => {
    const wire = new Wire(true, 1 << 24);
    const c = new ClientOnWire({}, wire);
    await wire.say(settings([Setting.initialWindowSize, 0x7fff_ffff]), windowUpdate(0, 0x7fff_0000));
    const { stream, recorder } = c.request();
    const other = c.request();
    const bytes = Buffer.alloc(3_000_000, 7);
    expect(stream.write([bytes])).toBe(false);
    other.stream.end([bytes]);
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
  test("and not read takes no more than its share, and gives it back", async () => {
    const windowBytes = 100 * 1024 * 1024;
    const c = new ClientOnWire({ windowBytes });
    await c.wire.say(settings());
    const { stream, recorder } = c.request();
    stream.pause();
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
    stream.resume();
    await turns();
    expect(recorder.body).toHaveLength(sent);
    expect(credit() - sent).toBeGreaterThan(2 * 1024 * 1024);
    expect(leftIn(c.connection)).toMatchObject({ unreadBytes: 0 });
  });
});
