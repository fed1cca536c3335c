import { HpackDecoder } from "../hpack/decoder.js";
import { Unread } from "../messages/unread.js";
import { ErrorCode } from "./error-code.js";
import {
  ConnectionError,
  dependsOnItself,
  Flag,
  FrameType,
  frameSizeError,
  protocolError,
  readUint31,
} from "./frame.js";

/** More frames than this are no header list, but a flood. */
const maxFrames = 1024;
const priorityBytes = 5;
const noBytes = Buffer.alloc(0);

/** A header block that has come whole. */
export interface HeaderBlock {
  readonly streamId: number;
  /** undefined: the list is longer than our limit. */
  readonly headers: string[] | undefined;
  readonly endStream: boolean;
}

/**
 * Makes header blocks of the HEADERS and CONTINUATION frames of one connection. Each is decoded, whatever becomes of its
 * stream: the table has to follow.
 */
export class HeaderBlocks {
  readonly #decoder: HpackDecoder;
  readonly #maxBytes: number;
  /** The stream whose block is not whole yet, or 0. */
  #streamId = 0;
  #endStream = false;
  #parts: Unread | undefined;
  #bytes = 0;
  #frames = 0;

  constructor(maxHeaderListBytes: number) {
    this.#decoder = new HpackDecoder(maxHeaderListBytes);
    // Huffman coding makes some text longer, at most 30 bits for 8.
    this.#maxBytes = 4 * maxHeaderListBytes + 16_384;
  }

  /** A frame of any type comes. @throws ConnectionError if a block has to be continued before. */
  expect(type: number, streamId: number): void {
    if (this.#streamId !== 0 && (type !== FrameType.continuation || streamId !== this.#streamId)) {
      throw protocolError("a header block was not continued");
    }
  }

  /** The payload of HEADERS, bytes [start, end). Gives the block if it is whole. */
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
    this.#parts = new Unread();
    this.#keep(this.#parts, buffer, from, to);
    return undefined;
  }

  /** The payload of CONTINUATION, bytes [start, end). Gives the block if it is whole. */
  continue(flags: number, buffer: Buffer, start: number, end: number): HeaderBlock | undefined {
    const parts = this.#parts;
    const streamId = this.#streamId;
    if (parts === undefined) throw protocolError("CONTINUATION of no header block");
    this.#keep(parts, buffer, start, end);
    if ((flags & Flag.endHeaders) === 0) return undefined;
    const block = parts.take(noBytes, this.#bytes);
    this.#streamId = 0;
    this.#parts = undefined;
    this.#bytes = 0;
    this.#frames = 0;
    return this.#decode(streamId, block, 0, block.length, this.#endStream);
  }

  /** @throws ConnectionError if it gets too much. */
  #keep(parts: Unread, buffer: Buffer, start: number, end: number): void {
    this.#bytes += end - start;
    this.#frames++;
    if (this.#frames > maxFrames || this.#bytes > this.#maxBytes) {
      throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "Protocol error: a header block without end");
    }
    parts.push(buffer.subarray(start, end));
  }

  #decode(streamId: number, buffer: Buffer, start: number, end: number, endStream: boolean): HeaderBlock {
    return { streamId, headers: this.#decoder.decode(buffer, start, end), endStream };
  }
}
