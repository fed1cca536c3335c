import { describe, expect, test } from "vitest";
import { ErrorCode } from "./error-code.js";
import { Flag, FrameType } from "./frame.js";
import { type HeaderBlock, HeaderBlocks } from "./header-blocks.js";

const { endStream, endHeaders, padded, priority } = Flag;

/** A frame as flags and payload in hex, the first HEADERS, the others CONTINUATION; `82` is `:method: GET`. */
type Frame = readonly [flags: number, payload: string];

/** The result of a block's last frame. */
function read(frames: readonly Frame[], blocks = new HeaderBlocks(100)): HeaderBlock | undefined {
  let block: HeaderBlock | undefined;
  for (const [i, [flags, payload]] of frames.entries()) {
    expect(block).toBeUndefined();
    // In the middle of a chunk.
    const chunk = Buffer.from(`ff${payload.replaceAll(" ", "")}ff`, "hex");
    const end = chunk.length - 1;
    blocks.expect(i === 0 ? FrameType.headers : FrameType.continuation, 5);
    block = i === 0 ? blocks.begin(5, flags, chunk, 1, end) : blocks.continue(flags, chunk, 1, end);
  }
  return block;
}

const get = [":method", "GET"];

describe("a block", () => {
  test.each<[string, Frame[], string[] | undefined, boolean]>([
    ["in one frame", [[endHeaders, "82"]], get, false],
    ["in one frame that ends the stream", [[endHeaders | endStream, "82"]], get, true],
    ["that is empty", [[endHeaders, ""]], [], false],
    ["with padding", [[endHeaders | padded, "02 82 0000"]], get, false],
    ["of nothing but padding", [[endHeaders | padded, "02 0000"]], [], false],
    ["with a priority", [[endHeaders | priority, "80000003 ff 82"]], get, false],
    ["with both", [[endHeaders | padded | priority, "01 80000003 ff 82 00"]], get, false],
    [
      "in several frames",
      [
        [endStream | padded, "01 00 00"],
        [0, "0161"],
        [0, ""],
        [endHeaders, "0162 82"],
      ],
      ["a", "b", ...get],
      true,
    ],
    [
      "that the last frame adds nothing to",
      [
        [0, "82"],
        [endHeaders, ""],
      ],
      get,
      false,
    ],
    ["whose list is too long", [[endHeaders, "82 82 82"]], undefined, false],
  ])("%s", (_what, frames, headers, ends) => {
    expect(read(frames)).toEqual({ streamId: 5, headers, endStream: ends });
  });

  test("follows another, and refers to it", () => {
    const blocks = new HeaderBlocks(100);
    const long: Frame[] = [
      [endStream, "40 0161"],
      [endHeaders, "0162"],
    ];
    const fields = { streamId: 5, headers: ["a", "b"] };
    expect(read(long, blocks)).toEqual({ ...fields, endStream: true });
    expect(read([[endHeaders, "be"]], blocks)).toEqual({ ...fields, endStream: false });
    expect(read(long, blocks)).toEqual({ ...fields, endStream: true });
  });
});

describe("refused is", () => {
  test.each<[string, Frame[], number]>([
    ["a padded frame without a pad length", [[endHeaders | padded, ""]], ErrorCode.FRAME_SIZE_ERROR],
    ["padding that is longer than its frame", [[endHeaders | padded, "02 00"]], ErrorCode.PROTOCOL_ERROR],
    ["half a priority", [[endHeaders | priority, "00000003"]], ErrorCode.FRAME_SIZE_ERROR],
    [
      "padding in place of a priority",
      [[endHeaders | padded | priority, "01 00000003 00"]],
      ErrorCode.FRAME_SIZE_ERROR,
    ],
    ["a stream that depends on itself", [[endHeaders | priority, "80000005 00"]], ErrorCode.PROTOCOL_ERROR],
  ])("%s", (_what, frames, code) => {
    expect(() => read(frames)).toThrow(expect.objectContaining({ name: "Http2Error", code }));
  });

  const protocolError = expect.objectContaining({ name: "Http2Error", code: ErrorCode.PROTOCOL_ERROR });

  test("a block of no stream", () => {
    expect(() => new HeaderBlocks(100).begin(0, endHeaders, Buffer.alloc(0), 0, 0)).toThrow(protocolError);
  });

  test("a continuation of no block", () => {
    const blocks = new HeaderBlocks(100);
    expect(() => blocks.continue(endHeaders, Buffer.alloc(0), 0, 0)).toThrow(protocolError);
    read([[endHeaders, "82"]], blocks);
    expect(() => blocks.continue(endHeaders, Buffer.alloc(0), 0, 0)).toThrow(protocolError);
  });

  test.each([
    [FrameType.continuation, 7],
    [FrameType.headers, 5],
    [FrameType.data, 5],
    [FrameType.ping, 0],
  ])("a frame of type %d and stream %d within a block", (type, streamId) => {
    const blocks = new HeaderBlocks(100);
    read([[0, "82"]], blocks);
    expect(() => blocks.expect(type, streamId)).toThrow(protocolError);
  });
});

describe("a block without end", () => {
  const tooMuch = expect.objectContaining({ name: "Http2Error", code: ErrorCode.ENHANCE_YOUR_CALM });

  test("is bounded in its frames, though they are empty", () => {
    const blocks = new HeaderBlocks(1000);
    for (let i = 0; i < 1024; i++) {
      if (i === 0) blocks.begin(1, 0, Buffer.alloc(0), 0, 0);
      else blocks.continue(0, Buffer.alloc(0), 0, 0);
    }
    expect(() => blocks.continue(0, Buffer.alloc(0), 0, 0)).toThrow(tooMuch);
  });

  test("is bounded in its bytes, beyond all that a list within the limit can be", () => {
    const blocks = new HeaderBlocks(1000);
    const most = 4 * 1000 + 16_384;
    blocks.begin(1, 0, Buffer.alloc(most), 0, most);
    expect(() => blocks.continue(0, Buffer.alloc(1), 0, 1)).toThrow(tooMuch);
  });
});
