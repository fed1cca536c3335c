import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
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
  ping,
  requestFields,
  ServerOnWire,
  settings,
  turns,
  windowUpdate,
} from "./test-support.js";

setFlagsFromString("--expose-gc");
const collectGarbage: () => void = runInNewContext("gc");

function memoryUsed(): number {
  collectGarbage();
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

/** Collected buffers may take some turns to disappear: only retained memory counts. */
async function expectLittleMore(before: number): Promise<void> {
  const limit = before + 4 * 1024 * 1024;
  for (let tries = 0; tries < 50 && memoryUsed() > limit; tries++) await turns();
  expect(memoryUsed()).toBeLessThan(limit);
}

/** A server with stream 1 open and unread, and 3 closed. */
async function flooded(): Promise<ServerOnWire> {
  const server = await new ServerOnWire({ windowBytes: 1 << 20 }).hello();
  await server.wire.say(headers(1, requestFields), headers(3, requestFields, endHeaders | end));
  server.streams[0]!.stream.input.pause();
  server.streams[1]!.stream.end([], { ":status": 200 });
  await turns();
  return server;
}

describe("a flood leaves nothing behind", () => {
  test.each<[string, Buffer]>([
    ["empty DATA", data(1)],
    ["padding alone", data(1, "\0", 0x8)],
    ["DATA of one byte that nobody reads", data(1, "x")],
    ["DATA of a stream that is over", data(3, "x")],
    ["PRIORITY", frame(FrameType.priority, 0, 5, Buffer.alloc(5))],
    ["WINDOW_UPDATE", windowUpdate(1, 1)],
    ["WINDOW_UPDATE of a stream that is over", windowUpdate(3, 1)],
    ["WINDOW_UPDATE of the connection", windowUpdate(0, 1)],
    [
      "acknowledgements",
      Buffer.concat([frame(FrameType.settings, 1, 0), frame(FrameType.ping, 1, 0, Buffer.alloc(8))]),
    ],
    ["PING", ping],
    [
      "SETTINGS",
      settings([Setting.initialWindowSize, 1], [Setting.headerTableSize, 0], [Setting.headerTableSize, 4096]),
    ],
    ["unknown frames", frame(0x77, 0, 0, Buffer.from("x"))],
    ["GOAWAY", frame(FrameType.goAway, 0, 0, Buffer.alloc(100))],
  ])("%s", async (_what, one) => {
    const server = await flooded();
    const before = memoryUsed();
    const chunk = Buffer.concat(Array.from({ length: 1000 }, () => one));
    for (let i = 0; i < 50; i++) {
      // Separate chunks, as from a socket.
      await server.wire.say(chunk);
      server.wire.frames.length = 0;
    }
    await expectLittleMore(before);
    expect(server.wire.goneAway()).toBeUndefined();
    expect(leftIn(server.connection)).toMatchObject({ streams: 1, waiting: 0, closing: 0 });
  });
});

describe("small pieces of large chunks use little more memory than their bytes", () => {
  const fields = { ...requestFields, "long-name": "x".repeat(800) };
  const fieldBytes = [...headers(5, fields).subarray(9)].map((byte) => Buffer.from([byte]));

  test.each<[string, Buffer[], Buffer]>([
    ["a frame", [...headers(5, fields)].map((byte) => Buffer.from([byte])), Buffer.alloc(0)],
    [
      "a header block",
      [headers(5, {}, 0), ...fieldBytes.map((bytes) => frame(FrameType.continuation, 0, 5, bytes))],
      frame(FrameType.continuation, endHeaders, 5),
    ],
  ])("%s", async (_what, pieces, last) => {
    const server = await flooded();
    const before = memoryUsed();
    const rest = pieces.splice(-1);
    for (const piece of pieces) {
      const chunk = Buffer.alloc(65_536);
      piece.copy(chunk);
      server.wire.push(chunk.subarray(0, piece.length));
      await turns();
    }
    await expectLittleMore(before);
    await server.wire.say(...rest, last);
    expect(server.streams.at(-1)!.headers.slice(-2)).toEqual(["long-name", fields["long-name"]]);
  });
});

test("a header list that a small block blows up is not built", async () => {
  const server = await flooded();
  const literal = Buffer.concat([Buffer.from([0x40, 1, 0x61, 0x7f, 0xa1, 0x1e]), Buffer.alloc(4000, 0x62)]);
  const bomb = Buffer.concat([literal, Buffer.alloc(12_000, 0x80 | 62)]);
  const before = memoryUsed();
  for (let i = 0; i < 20; i++) await server.wire.say(headers(5 + 2 * i, bomb, endHeaders | end));
  await expectLittleMore(before);
  expect(server.wire.resetCode(5)).toBe(ErrorCode.ENHANCE_YOUR_CALM);
  expect(server.streams).toHaveLength(2);
  // The decoder's table was still updated.
  await server.wire.say(headers(101, Buffer.concat([headers(0, requestFields).subarray(9), Buffer.from([0x80 | 62])])));
  expect(server.streams.at(-1)!.headers.at(-1)).toBe("b".repeat(4000));
});

test("unread data is limited for all streams together", async () => {
  const server = await new ServerOnWire({ windowBytes: 8 << 20 }, (stream) => {
    stream.input.pause();
    return {};
  }).hello();
  const chunk = Buffer.alloc(16_384);
  const credit = () =>
    65_535 + server.wire.sent(FrameType.windowUpdate, 0).reduce((sum, { payload }) => sum + payload.readUInt32BE(0), 0);
  let sent = 0;
  for (let streamId = 1; streamId < 41; streamId += 2) {
    await server.wire.say(headers(streamId, requestFields));
    for (let left = 8 << 20; left > 0 && credit() - sent >= chunk.length; left -= chunk.length) {
      server.wire.push(data(streamId, chunk));
      sent += chunk.length;
      if (sent % (1 << 20) === 0) await turns();
    }
  }
  expect(sent).toBeLessThan(70 << 20);
  // A client that continues is disconnected.
  for (let i = 0; i < 300 && server.wire.goneAway() === undefined; i++) await server.wire.say(data(39, chunk));
  expect(server.wire.goneAway()).toMatchObject({ code: ErrorCode.FLOW_CONTROL_ERROR });
  expect(leftIn(server.connection)).toMatchObject({ streams: 0, unreadBytes: 0 });
});
