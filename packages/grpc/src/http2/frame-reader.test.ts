import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ErrorCode } from "./error-code.js";
import { FrameType } from "./frame.js";
import { FrameReader } from "./frame-reader.js";
import { data, end, frame, headers, ping, settings } from "./test-support.js";

/** What a reader tells of these chunks, with the pieces of one DATA frame joined. */
function read(chunks: readonly Buffer[], maxFrameBytes = 16_384): string[] {
  const told: string[] = [];
  let piece = Buffer.alloc(0);
  const reader = new FrameReader(
    {
      onFrameHeader: (type, flags, streamId, length) => told.push(`${type} ${flags} ${streamId} ${length}`),
      onDataPiece(bytes, last) {
        piece = Buffer.concat([piece, bytes]);
        if (!last) return;
        told.push(`data ${piece.toString("latin1")}`);
        piece = Buffer.alloc(0);
      },
      onPayload: (buffer, start, end) => told.push(`payload ${buffer.toString("latin1", start, end)}`),
    },
    maxFrameBytes,
  );
  reader.push(settings());
  told.length = 0;
  for (const chunk of chunks) reader.push(chunk);
  return told;
}

const conversation = Buffer.concat([
  settings(),
  headers(1, Buffer.from("fields")),
  data(1, "hello"),
  data(1, ""),
  data(1, "\0", 0x8),
  data(1, "\0abc", 0x8),
  data(3, "\x02abc\0\0", 0x8),
  data(3, "\x02\0\0", 0x8 | end),
  ping,
  frame(0x99, 0xff, 0xffff_ffff, Buffer.from("unknown")),
  frame(FrameType.priority, 0, 5, Buffer.alloc(5)),
  data(5, "the end", end),
]);
const told = [
  "4 0 0 0",
  "payload ",
  "1 4 1 6",
  "payload fields",
  "0 0 1 5",
  "data hello",
  "0 0 1 0",
  "data ",
  "0 8 1 1",
  "data ",
  "0 8 1 4",
  "data abc",
  "0 8 3 6",
  "data abc",
  "0 9 3 3",
  "data ",
  "6 0 0 8",
  `payload ${"\0".repeat(8)}`,
  // Without the reserved bit.
  `153 255 ${0x7fff_ffff} 7`,
  "payload unknown",
  "2 0 5 5",
  `payload ${"\0".repeat(5)}`,
  "0 1 5 7",
  "data the end",
];

describe("the same frames", () => {
  test("whole", () => expect(read([conversation])).toEqual(told));

  test("in two chunks, cut at every byte", () => {
    for (let at = 0; at <= conversation.length; at++) {
      expect(read([conversation.subarray(0, at), conversation.subarray(at)])).toEqual(told);
    }
  });

  test("byte by byte, with empty chunks in between", () => {
    const bytes = [...conversation].flatMap((byte) => [Buffer.from([byte]), Buffer.alloc(0)]);
    expect(read(bytes)).toEqual(told);
  });

  test("in chunks of any size", () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 })), (sizes) => {
        const chunks: Buffer[] = [];
        let at = 0;
        for (const size of sizes) {
          chunks.push(conversation.subarray(at, at + size));
          at += size;
        }
        expect(read([...chunks, conversation.subarray(at)])).toEqual(told);
      }),
    );
  });
});

test("DATA is passed on as it comes, whatever its frame's length", () => {
  const pieces: [string, boolean][] = [];
  const sink = {
    onFrameHeader() {},
    onPayload() {},
    onDataPiece: (piece: Buffer, last: boolean) => pieces.push([piece.toString(), last]),
  };
  const reader = new FrameReader(sink, 16_384);
  reader.push(settings());
  const bytes = data(1, "\x03hello\0\0\0", 0x8);
  reader.push(bytes.subarray(0, 12));
  expect(pieces).toEqual([["he", false]]);
  reader.push(bytes.subarray(12, 15));
  expect(pieces).toEqual([
    ["he", false],
    ["llo", true],
  ]);
  // Padding, in parts, and the next frame.
  reader.push(bytes.subarray(15, 17));
  reader.push(Buffer.concat([bytes.subarray(17), data(1, "x")]));
  expect(pieces.slice(2)).toEqual([["x", true]]);
});

describe("limits", () => {
  test.each<[string, Buffer, number | undefined]>([
    ["the largest frame", frame(0x99, 0, 0, Buffer.alloc(100)), undefined],
    ["one byte more", frame(0x99, 0, 0, Buffer.alloc(101)).subarray(0, 9), ErrorCode.FRAME_SIZE_ERROR],
    ["the largest length there is", Buffer.from("ffffff000000000001", "hex"), ErrorCode.FRAME_SIZE_ERROR],
    ["all padding", data(1, Buffer.concat([Buffer.from([99]), Buffer.alloc(99)]), 0x8), undefined],
    ["padding beyond the frame", data(1, Buffer.alloc(100, 100), 0x8).subarray(0, 10), ErrorCode.PROTOCOL_ERROR],
    ["padding of nothing", data(1, "\x01", 0x8), ErrorCode.PROTOCOL_ERROR],
    ["no pad length", data(1, "", 0x8), ErrorCode.FRAME_SIZE_ERROR],
  ])("%s", (_what, bytes, code) => {
    const run = () =>
      read(
        [...bytes].map((byte) => Buffer.from([byte])),
        100,
      );
    if (code === undefined) expect(run).not.toThrow();
    else expect(run).toThrow(expect.objectContaining({ name: "ConnectionError", code }));
  });
});

test("nothing is told after the stop, not even of the same chunk", () => {
  let frames = 0;
  const reader: FrameReader = new FrameReader(
    {
      onFrameHeader: () => frames++,
      onDataPiece() {},
      onPayload: () => reader.stop(),
    },
    100,
  );
  reader.push(Buffer.concat([settings(), ping]));
  reader.push(ping);
  expect(frames).toBe(1);
});
