import { ReceiveBuffer } from "@go-plugin/wire";
import { HpackDecoder } from "../hpack/decoder.js";
import { HpackError } from "../hpack/hpack-error.js";
import { ErrorCode } from "./error-code.js";
import { dependsOnItself, Flag, FrameType, frameSizeError, Http2Error, protocolError, readUint31 } from "./frame.js";

/** The frames of one header list: a flood has more. */
const maxFrames = 1024;
const priorityBytes = 5;
const noBytes = Buffer.alloc(0);

/** A complete header block. */
export interface HeaderBlock {
  readonly streamId: number;
  /** undefined when the list exceeds our limit. */
  readonly headers: string[] | undefined;
  readonly endStream: boolean;
}

/**
 * Joins and decodes the HEADERS and CONTINUATION frames of one connection. Every block is decoded, even for a stream
 * that is gone, because later blocks refer to it.
 */
export class HeaderBlocks {
  readonly #decoder: HpackDecoder;
  readonly #maxBytes: number;
  /** The stream whose block is not complete yet, or 0. */
  #streamId = 0;
  #endStream = false;
  #parts: ReceiveBuffer | undefined;
  #frames = 0;

  constructor(maxHeaderListBytes: number) {
    this.#decoder = new HpackDecoder(maxHeaderListBytes);
    // Huffman coding makes some text longer, at most 30 bits for 8.
    this.#maxBytes = 4 * maxHeaderListBytes + 16_384;
  }

  /** A frame of any type begins. @throws {Http2Error} when a block must be continued first. */
  expect(type: number, streamId: number): void {
    if (this.#streamId !== 0 && (type !== FrameType.continuation || streamId !== this.#streamId)) {
      throw protocolError("a header block was not continued");
    }
  }

  /** Adds the payload of HEADERS, bytes [start, end), and returns the block if it is complete. */
  begin(streamId: number, flags: number, buffer: Buffer, start: number, end: number): HeaderBlock | undefined {
    if (streamId === 0) throw protocolError("HEADERS of no stream");
    let from = start;
    let to = end;
    if ((flags & Flag.padded) !== 0) {
      if (from === to) throw frameSizeError("a padded frame without a pad length");
      to -= buffer[from++]!;
    }
    if ((flags & Flag.priority) !== 0) {
      if (to - from < priorityBytes) throw frameSizeError("HEADERS without their priority");
      if (readUint31(buffer, from) === streamId) throw dependsOnItself();
      from += priorityBytes;
    }
    if (from > to) throw protocolError("padding that is longer than its frame");
    const endStream = (flags & Flag.endStream) !== 0;
    if ((flags & Flag.endHeaders) !== 0) return this.#decode(streamId, buffer, from, to, endStream);
    this.#streamId = streamId;
    this.#endStream = endStream;
    this.#parts = new ReceiveBuffer();
    this.#keep(this.#parts, buffer, from, to);
    return undefined;
  }

  /** Adds the payload of CONTINUATION, bytes [start, end), and returns the block if it is complete. */
  continue(flags: number, buffer: Buffer, start: number, end: number): HeaderBlock | undefined {
    const parts = this.#parts;
    const streamId = this.#streamId;
    if (parts === undefined) throw protocolError("CONTINUATION of no header block");
    this.#keep(parts, buffer, start, end);
    if ((flags & Flag.endHeaders) === 0) return undefined;
    const block = parts.takeAll(noBytes);
    this.#streamId = 0;
    this.#parts = undefined;
    this.#frames = 0;
    return this.#decode(streamId, block, 0, block.length, this.#endStream);
  }

  #keep(parts: ReceiveBuffer, buffer: Buffer, start: number, end: number): void {
    parts.push(buffer.subarray(start, end));
    this.#frames++;
    if (this.#frames > maxFrames || parts.length > this.#maxBytes) {
      throw new Http2Error(ErrorCode.ENHANCE_YOUR_CALM, "Protocol error: a header block without end");
    }
  }

  #decode(streamId: number, buffer: Buffer, start: number, end: number, endStream: boolean): HeaderBlock {
    try {
      return { streamId, headers: this.#decoder.decode(buffer, start, end), endStream };
    } catch (error) {
      if (!(error instanceof HpackError)) throw error;
      throw new Http2Error(ErrorCode.COMPRESSION_ERROR, `Protocol error: ${error.message}`);
    }
  }
}
