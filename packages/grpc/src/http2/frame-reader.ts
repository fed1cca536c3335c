import { Unread } from "../messages/unread.js";
import { Flag, FrameType, frameHeaderBytes, frameSizeError, protocolError, readUint31 } from "./frame.js";

/** Told the frames of a connection in their order. What it throws stops the reading. */
export interface FrameSink {
  /** A frame begins. @throws ConnectionError if it may not. */
  onFrameHeader(type: number, flags: number, streamId: number, length: number): void;
  /** A piece of a DATA frame, without its padding; `last` comes once for each frame, maybe with an empty piece. */
  onDataPiece(piece: Buffer, last: boolean): void;
  /** The whole payload of any other frame, bytes [start, end). */
  onPayload(buffer: Buffer, start: number, end: number): void;
}

const noBytes = Buffer.alloc(0);

/** Cuts what is received into frames, whatever the chunks. DATA is passed on as it comes, the others when they are whole. */
export class FrameReader {
  readonly #header = Buffer.alloc(frameHeaderBytes);
  #headerRead = 0;
  #started = false;
  #type = 0;
  #flags = 0;
  #length = 0;
  /** Bytes of the frame, without padding, that have not come. */
  #missing = 0;
  /** Padding that follows; -1: its length has not been read. */
  #padding = 0;
  /** What has come of a payload that spans chunks. */
  #parts: Unread | undefined;
  #stopped = false;

  readonly #sink: FrameSink;
  readonly #maxFrameBytes: number;

  constructor(sink: FrameSink, maxFrameBytes: number) {
    this.#sink = sink;
    this.#maxFrameBytes = maxFrameBytes;
  }

  push(chunk: Buffer): void {
    let offset = 0;
    while (offset < chunk.length && !this.#stopped) {
      if (this.#headerRead < frameHeaderBytes) {
        offset = this.#readHeader(chunk, offset);
        if (this.#headerRead < frameHeaderBytes) return;
        // A frame without a payload is complete.
        if (this.#length > 0) continue;
      }
      offset = this.#type === FrameType.data ? this.#readData(chunk, offset) : this.#readPayload(chunk, offset);
    }
  }

  /** Tells no more, not even what has come already. */
  stop(): void {
    this.#stopped = true;
  }

  #readHeader(chunk: Buffer, start: number): number {
    if (this.#headerRead === 0 && chunk.length - start >= frameHeaderBytes) {
      this.#headerRead = frameHeaderBytes;
      this.#begin(chunk, start);
      return start + frameHeaderBytes;
    }
    const end = Math.min(chunk.length, start + frameHeaderBytes - this.#headerRead);
    this.#headerRead += chunk.copy(this.#header, this.#headerRead, start, end);
    if (this.#headerRead === frameHeaderBytes) this.#begin(this.#header, 0);
    return end;
  }

  #begin(bytes: Buffer, at: number): void {
    this.#length = (bytes[at]! << 16) | (bytes[at + 1]! << 8) | bytes[at + 2]!;
    this.#type = bytes[at + 3]!;
    this.#flags = bytes[at + 4]!;
    this.#missing = this.#length;
    if (!this.#started) this.#start(bytes, at);
    if (this.#length > this.#maxFrameBytes) {
      throw frameSizeError(`a frame of ${this.#length} bytes, expected at most ${this.#maxFrameBytes}`);
    }
    this.#sink.onFrameHeader(this.#type, this.#flags, readUint31(bytes, at + 5), this.#length);
    this.#padding = this.#type === FrameType.data && (this.#flags & Flag.padded) !== 0 ? -1 : 0;
    if (this.#padding === -1 && this.#length === 0) throw frameSizeError("a padded frame without a pad length");
  }

  #start(bytes: Buffer, at: number): void {
    this.#started = true;
    if (this.#type === FrameType.settings && (this.#flags & Flag.ack) === 0) return;
    const text = JSON.stringify(bytes.toString("latin1", at, at + frameHeaderBytes));
    throw protocolError(`the peer does not speak HTTP/2: expected a SETTINGS frame, but it began with ${text}`);
  }

  #readData(chunk: Buffer, start: number): number {
    let offset = start;
    if (this.#padding === -1) {
      this.#padding = chunk[offset++]!;
      this.#missing -= 1 + this.#padding;
      if (this.#missing < 0) throw protocolError("padding that is longer than its frame");
      if (this.#missing === 0) this.#sink.onDataPiece(noBytes, true);
    } else if (this.#length === 0) {
      this.#sink.onDataPiece(noBytes, true);
    }
    if (this.#missing > 0 && offset < chunk.length) {
      const end = Math.min(chunk.length, offset + this.#missing);
      this.#missing -= end - offset;
      const piece = offset === 0 && end === chunk.length ? chunk : chunk.subarray(offset, end);
      offset = end;
      this.#sink.onDataPiece(piece, this.#missing === 0);
    }
    if (this.#missing === 0) {
      const skipped = Math.min(this.#padding, chunk.length - offset);
      this.#padding -= skipped;
      offset += skipped;
      if (this.#padding === 0) this.#headerRead = 0;
    }
    return offset;
  }

  #readPayload(chunk: Buffer, start: number): number {
    const end = start + this.#missing;
    if (end > chunk.length) {
      this.#missing -= chunk.length - start;
      this.#parts ??= new Unread();
      this.#parts.push(start === 0 ? chunk : chunk.subarray(start));
      return chunk.length;
    }
    this.#headerRead = 0;
    const parts = this.#parts;
    if (parts === undefined) {
      this.#sink.onPayload(chunk, start, end);
      return end;
    }
    this.#parts = undefined;
    this.#sink.onPayload(parts.take(chunk.subarray(start, end), this.#length), 0, this.#length);
    return end;
  }
}
