import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { Decoder, decodeHeader, encodeData, encodeHeader, Flag, type FrameHeader, FrameType } from "./index.js";

/** Bytes as Go's `header.encode` writes them. */
const headers: readonly (readonly [string, FrameHeader, string])[] = [
  [
    "a stream's first frame",
    { type: FrameType.windowUpdate, flags: Flag.syn, streamId: 1, length: 0 },
    "000100010000000100000000",
  ],
  ["data", { type: FrameType.data, flags: 0, streamId: 3, length: 5 }, "000000000000000300000005"],
  ["data with every flag", { type: FrameType.data, flags: 15, streamId: 2, length: 0 }, "0000000f0000000200000000"],
  [
    "acceptance with a larger window",
    { type: FrameType.windowUpdate, flags: Flag.ack, streamId: 7, length: 0xc0000 },
    "0001000200000007000c0000",
  ],
  ["half close", { type: FrameType.windowUpdate, flags: Flag.fin, streamId: 5, length: 0 }, "000100040000000500000000"],
  [
    "reset of the largest id",
    { type: FrameType.windowUpdate, flags: Flag.rst, streamId: 0xffffffff, length: 0 },
    "00010008ffffffff00000000",
  ],
  ["ping", { type: FrameType.ping, flags: Flag.syn, streamId: 0, length: 0xdeadbeef }, "0002000100000000deadbeef"],
  ["ping answer", { type: FrameType.ping, flags: Flag.ack, streamId: 0, length: 1 }, "000200020000000000000001"],
  ["going away", { type: FrameType.goAway, flags: 0, streamId: 0, length: 2 }, "000300000000000000000002"],
  [
    "unknown flags",
    { type: FrameType.data, flags: 0xfff0, streamId: 1, length: 0xffffffff },
    "0000fff000000001ffffffff",
  ],
];

test.each(headers)("%s is encoded and decoded as Go does", (_name, header, hex) => {
  expect(encodeHeader(header).toString("hex")).toBe(hex);
  expect(decodeHeader(Buffer.from(hex, "hex"))).toEqual(header);
});

test("a data frame is header and payload", () => {
  expect(encodeData(3, Flag.fin, Buffer.from("hello")).toString("hex")).toBe("00000004000000030000000568656c6c6f");
});

describe("bad headers", () => {
  test.each([
    ["version 1", "010000000000000100000000", "ERR_YAMUX_INVALID_VERSION", "expected yamux version 0, got 1"],
    ["type 4", "000400000000000100000000", "ERR_YAMUX_INVALID_TYPE", "frame type from 0 to 3, got 4"],
    ["HTTP", Buffer.from("GET / HTTP/1.1").toString("hex"), "ERR_YAMUX_INVALID_VERSION", "got 71"],
  ])("%s is refused", (_name, hex, code, message) => {
    const bytes = Buffer.from(hex, "hex");
    const expected = expect.objectContaining({ code, message: expect.stringContaining(message) });
    expect(() => decodeHeader(bytes)).toThrow(expected);
    expect(() => new Decoder({ header() {}, payload() {} }).push(bytes)).toThrow(expected);
  });

  test("fewer than 12 bytes are refused", () => {
    expect(() => decodeHeader(Buffer.alloc(11))).toThrow(/12 bytes, got 11/);
  });
});

type Seen = FrameHeader & { payload: string };

/** Collects whole frames from a decoder that is fed with the chunks. */
function decodeChunks(chunks: readonly Uint8Array[]): { frames: Seen[]; midFrame: boolean } {
  const frames: Seen[] = [];
  let complete = true;
  const decoder = new Decoder({
    header(type, flags, streamId, length) {
      expect(complete).toBe(true);
      frames.push({ type, flags, streamId, length, payload: "" });
      complete = type !== FrameType.data || length === 0;
    },
    payload(bytes, last) {
      expect(complete).toBe(false);
      frames.at(-1)!.payload += Buffer.from(bytes).toString("hex");
      complete = last;
    },
  });
  for (const chunk of chunks) decoder.push(chunk);
  return { frames, midFrame: decoder.midFrame };
}

/** The naive decoder: it looks at all the bytes at once. */
function decodeWhole(bytes: Buffer): Seen[] {
  const frames: Seen[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const type = bytes.readUInt8(offset + 1) as FrameType;
    const length = bytes.readUInt32BE(offset + 8);
    const end = offset + 12 + (type === FrameType.data ? length : 0);
    frames.push({
      type,
      flags: bytes.readUInt16BE(offset + 2),
      streamId: bytes.readUInt32BE(offset + 4),
      length,
      payload: bytes.subarray(offset + 12, end).toString("hex"),
    });
    offset = end;
  }
  return frames;
}

const anyFrame = fc.oneof(
  fc
    .tuple(fc.nat(0xffff), fc.nat(0xffffffff), fc.uint8Array({ maxLength: 40 }))
    .map(([flags, id, payload]) => encodeData(id, flags, payload)),
  fc
    .tuple(fc.constantFrom(1, 2, 3), fc.nat(0xffff), fc.nat(0xffffffff), fc.nat(0xffffffff))
    .map(([type, flags, streamId, length]) => encodeHeader({ type: type as FrameType, flags, streamId, length })),
);

describe("partial input", () => {
  const bytes = Buffer.concat([
    encodeData(1, Flag.syn, Buffer.from("abc")),
    ...headers.filter(([, header]) => header.type !== FrameType.data).map(([, header]) => encodeHeader(header)),
    encodeData(1, Flag.fin, Buffer.alloc(0)),
    encodeData(3, 0, Buffer.from("the last")),
  ]);

  test("frames cut at every byte are the same frames", () => {
    const expected = decodeWhole(bytes);
    for (let cut = 0; cut <= bytes.length; cut++) {
      expect(decodeChunks([bytes.subarray(0, cut), bytes.subarray(cut)]).frames).toEqual(expected);
    }
    expect(decodeChunks([...bytes].map((byte) => Buffer.of(byte))).frames).toEqual(expected);
  });

  test("what ends within a frame is known to", () => {
    const ends = new Set<number>();
    for (let end = 0; end <= bytes.length; end++) {
      if (!decodeChunks([bytes.subarray(0, end)]).midFrame) ends.add(end);
    }
    const expected = new Set([0]);
    let offset = 0;
    for (const frame of decodeWhole(bytes)) {
      offset += 12 + frame.payload.length / 2;
      expected.add(offset);
    }
    expect(ends).toEqual(expected);
  });

  test("random frames in random chunks are what the naive oracle sees", () => {
    fc.assert(
      fc.property(fc.array(anyFrame), fc.array(fc.integer({ min: 1, max: 50 })), (frames, sizes) => {
        const all = Buffer.concat(frames);
        const chunks: Buffer[] = [];
        let offset = 0;
        for (const size of sizes) {
          chunks.push(all.subarray(offset, offset + size));
          offset += size;
        }
        chunks.push(all.subarray(offset));
        expect(decodeChunks(chunks)).toEqual({ frames: decodeWhole(all), midFrame: false });
      }),
    );
  });

  test("payload is a view, not a copy", () => {
    const chunk = encodeData(1, 0, Buffer.from("abc"));
    new Decoder({
      header() {},
      payload: (view) => {
        expect(view.buffer).toBe(chunk.buffer);
      },
    }).push(chunk);
    expect.assertions(1);
  });
});
