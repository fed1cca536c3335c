import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { ErrorCode } from "./error-code.js";
import { FrameType, preface } from "./frame.js";
import { type DataSink, type FrameHandler, FrameReader } from "./frame-reader.js";
import {
  data,
  end,
  endHeaders,
  frame,
  goAway,
  headers,
  ping,
  rstStream,
  settings,
  uint32,
  windowUpdate,
} from "./test-support.js";

/** Records the frames as text, with the pieces of a DATA frame joined. */
class Notes implements FrameHandler {
  readonly lines: string[] = [];
  #data = "";

  onData(streamId: number, length: number): DataSink {
    this.lines.push(`data ${streamId} of ${length}`);
    this.#data = "";
    return {
      receiveData: (piece) => {
        this.#data += piece.toString("latin1");
      },
    };
  }

  onDataEnd(streamId: number, _sink: DataSink | undefined, overhead: number, endStream: boolean): void {
    this.lines.push(`end of data ${streamId} "${this.#data}" +${overhead}${endStream ? " end" : ""}`);
  }

  onHeaders(streamId: number, fields: string[] | undefined, endStream: boolean): void {
    this.lines.push(`headers ${streamId} ${fields}${endStream ? " end" : ""}`);
  }

  onReset(streamId: number, errorCode: number): void {
    this.lines.push(`reset ${streamId} ${errorCode}`);
  }

  onSettings(entries: readonly { readonly id: number; readonly value: number }[]): void {
    this.lines.push(`settings ${entries.map(({ id, value }) => `${id}=${value}`)}`);
  }

  onPing(payload: Buffer): void {
    this.lines.push(`ping ${payload.toString("hex")}`);
  }

  onPingAnswer(): void {
    this.lines.push("ping answer");
  }

  onGoAway(lastStreamId: number, errorCode: number, debugData: string): void {
    this.lines.push(`goaway ${lastStreamId} ${errorCode} ${debugData}`);
  }

  onWindowUpdate(streamId: number, bytes: number): void {
    this.lines.push(`window ${streamId} +${bytes}`);
  }

  onStreamError(streamId: number, errorCode: number): void {
    this.lines.push(`error of ${streamId}: ${errorCode}`);
  }

  onReadError(error: unknown): void {
    throw error;
  }
}

const limits = { maxFrameBytes: 16_384, maxHeaderListBytes: 1000 };

/** Returns the frames that a reader finds in these chunks. */
function read(chunks: readonly Buffer[], maxFrameBytes = limits.maxFrameBytes): string[] {
  const notes = new Notes();
  const reader = new FrameReader(notes, { ...limits, maxFrameBytes }, "client");
  reader.push(settings());
  notes.lines.length = 0;
  for (const chunk of chunks) reader.push(chunk);
  return notes.lines;
}

const conversation = Buffer.concat([
  settings([4, 70_000], [9, 1]),
  headers(1, { a: "b" }),
  data(1, "hello"),
  data(1, ""),
  data(1, "\0", 0x8),
  data(1, "\0abc", 0x8),
  data(3, "\x02abc\0\0", 0x8),
  data(3, "\x02\0\0", 0x8 | end),
  ping,
  frame(FrameType.ping, 1, 0, Buffer.alloc(8)),
  frame(0x99, 0xff, 0xffff_ffff, Buffer.from("unknown")),
  frame(FrameType.priority, 0, 5, Buffer.alloc(5)),
  frame(FrameType.priority, 0, 5, Buffer.alloc(4)),
  windowUpdate(0, 7),
  // With the reserved bit, which is not part of the id.
  frame(FrameType.windowUpdate, 0, 0x8000_0003, uint32(8)),
  headers(5, { a: "b" }, end),
  frame(FrameType.continuation, endHeaders, 5, Buffer.from([0, 1, 97, 1, 99])),
  data(5, "the end", end),
  rstStream(3, 8),
  goAway(5, 2, "bye"),
]);
const frames = [
  "settings 4=70000,9=1",
  "headers 1 a,b",
  "data 1 of 5",
  'end of data 1 "hello" +0',
  "data 1 of 0",
  'end of data 1 "" +0',
  "data 1 of 1",
  'end of data 1 "" +1',
  "data 1 of 4",
  'end of data 1 "abc" +1',
  "data 3 of 6",
  'end of data 3 "abc" +3',
  "data 3 of 3",
  'end of data 3 "" +3 end',
  "ping 0000000000000000",
  "ping answer",
  "error of 5: 6",
  "window 0 +7",
  "window 3 +8",
  "headers 5 a,b,a,c end",
  "data 5 of 7",
  'end of data 5 "the end" +0 end',
  "reset 3 8",
  "goaway 5 2 bye",
];

describe("the same frames", () => {
  test("whole", () => expect(read([conversation])).toEqual(frames));

  test("in two chunks, cut at every byte", () => {
    for (let at = 0; at <= conversation.length; at++) {
      expect(read([conversation.subarray(0, at), conversation.subarray(at)])).toEqual(frames);
    }
  });

  test("byte by byte, with empty chunks in between", () => {
    const bytes = [...conversation].flatMap((byte) => [Buffer.from([byte]), Buffer.alloc(0)]);
    expect(read(bytes)).toEqual(frames);
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
        expect(read([...chunks, conversation.subarray(at)])).toEqual(frames);
      }),
    );
  });
});

test("DATA is passed on as it comes, whatever its frame's length", () => {
  const pieces: [string, boolean][] = [];
  const handler = new Notes();
  handler.onData = () => ({ receiveData: (piece) => pieces.push([piece.toString(), false]) });
  handler.onDataEnd = () => {
    pieces.at(-1)![1] = true;
  };
  const reader = new FrameReader(handler, limits, "client");
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
    else expect(run).toThrow(expect.objectContaining({ name: "Http2Error", code }));
  });
});

test("nothing is read after the stop, not even of the same chunk", () => {
  const notes = new Notes();
  const reader = new FrameReader(notes, limits, "client");
  notes.onPing = () => reader.stop();
  reader.push(Buffer.concat([settings(), ping, windowUpdate(0, 1)]));
  reader.push(windowUpdate(0, 1));
  expect(notes.lines).toEqual(["settings "]);
});

describe("the preface of a client", () => {
  const bytes = Buffer.concat([Buffer.from(preface), settings(), windowUpdate(0, 1)]);

  test("is cut off, wherever the chunks end", () => {
    for (let at = 0; at <= bytes.length; at++) {
      const notes = new Notes();
      const reader = new FrameReader(notes, limits, "server");
      reader.push(bytes.subarray(0, at));
      reader.push(bytes.subarray(at));
      expect(notes.lines).toEqual(["settings ", "window 0 +1"]);
    }
  });

  test("is checked byte by byte", () => {
    const reader = new FrameReader(new Notes(), limits, "server");
    reader.push(Buffer.from("PRI * HTTP/"));
    expect(() => reader.push(Buffer.from("1"))).toThrow("the peer does not speak HTTP/2");
  });
});
