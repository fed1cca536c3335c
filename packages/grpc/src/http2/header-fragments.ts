import { Unread } from "../unread.js";
import { ErrorCode } from "./error-code.js";
import { ConnectionError } from "./frame.js";

/** More frames than this are no header list, but a flood. */
const maxFragments = 1024;

const noBytes = Buffer.alloc(0);

/** A header block that comes in several frames. */
export class HeaderFragments {
  /** 0: none is being read. */
  streamId = 0;
  endStream = false;
  private parts: Unread | undefined;
  private frames = 0;
  private bytes = 0;

  constructor(private readonly maxHeaderListBytes: number) {}

  begin(streamId: number, endStream: boolean): void {
    this.streamId = streamId;
    this.endStream = endStream;
  }

  /** @throws ConnectionError if it gets too much: it cannot be skipped, the table has to follow. */
  add(buffer: Buffer, start: number, end: number): void {
    this.bytes += end - start;
    this.frames++;
    this.parts ??= new Unread();
    this.parts.push(buffer.subarray(start, end));
    // Huffman coding makes some text longer, at most 30 bits for 8.
    if (this.frames <= maxFragments && this.bytes <= 4 * this.maxHeaderListBytes + 16_384) return;
    throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "Protocol error: a header block without end");
  }

  take(): Buffer {
    const block = this.parts!.take(noBytes, this.bytes);
    this.streamId = 0;
    this.parts = undefined;
    this.frames = 0;
    this.bytes = 0;
    return block;
  }
}
