import { ReceiveBuffer } from "@go-plugin/wire";
import { ErrorCode } from "./error-code.js";
import {
  dependsOnItself,
  Flag,
  FrameType,
  frameHeaderBytes,
  frameSizeError,
  preface,
  protocolError,
  readUint31,
  readUint32,
} from "./frame.js";
import { type HeaderBlock, HeaderBlocks } from "./header-blocks.js";

/** Receives the payload of a DATA frame piece by piece, without its padding. */
export interface DataSink {
  receiveData(piece: Buffer): void;
}

/** One entry of a SETTINGS frame. */
export interface Setting {
  readonly id: number;
  readonly value: number;
}

/** Handles the frames of a connection in their order. An error that it throws stops the reading. */
export interface FrameHandler<Sink extends DataSink = DataSink> {
  /** A DATA frame begins; `length` includes its padding. Its payload goes to the returned sink, if there is one. */
  onData(streamId: number, length: number): Sink | undefined;
  /** A DATA frame is complete; `overhead` of its bytes were padding. */
  onDataEnd(streamId: number, sink: Sink | undefined, overhead: number, endStream: boolean): void;
  /** A header block; `headers` is undefined when the list exceeds our limit. */
  onHeaders(streamId: number, headers: string[] | undefined, endStream: boolean): void;
  onReset(streamId: number, errorCode: number): void;
  onSettings(settings: readonly Setting[]): void;
  onPing(payload: Buffer): void;
  onPingAnswer(): void;
  onGoAway(lastStreamId: number, errorCode: number, debugData: string): void;
  onWindowUpdate(streamId: number, bytes: number): void;
  /** A frame was malformed in a way that ends only its stream. */
  onStreamError(streamId: number, errorCode: number): void;
  /** Reading has failed: `error` is an `Http2Error`, or what the handler threw. */
  onReadError(error: unknown): void;
}

const prefaceBytes = Buffer.from(preface);

/** Cuts the received chunks into frames and checks each frame on its own. DATA is passed on without a copy. */
export class FrameReader<Sink extends DataSink> {
  readonly #handler: FrameHandler<Sink>;
  readonly #maxFrameBytes: number;
  readonly #blocks: HeaderBlocks;
  #prefaceLeft: number;
  readonly #header = Buffer.alloc(frameHeaderBytes);
  #headerRead = 0;
  #started = false;
  #type = 0;
  #flags = 0;
  #streamId = 0;
  #length = 0;
  /** Bytes of the frame, without padding, that have not arrived. */
  #missing = 0;
  /** Padding that follows; -1 while its length has not been read. */
  #padding = 0;
  /** Bytes of a DATA frame that are not data. */
  #overhead = 0;
  #sink: Sink | undefined;
  /** The beginning of a payload that spans chunks. */
  #parts: ReceiveBuffer | undefined;
  #stopped = false;

  constructor(
    handler: FrameHandler<Sink>,
    limits: { readonly maxFrameBytes: number; readonly maxHeaderListBytes: number },
    role: "client" | "server",
  ) {
    this.#handler = handler;
    this.#maxFrameBytes = limits.maxFrameBytes;
    this.#blocks = new HeaderBlocks(limits.maxHeaderListBytes);
    this.#prefaceLeft = role === "server" ? prefaceBytes.length : 0;
  }

  push(chunk: Buffer): void {
    if (this.#stopped) return;
    try {
      let offset = this.#prefaceLeft > 0 ? this.#readPreface(chunk) : 0;
      while (offset < chunk.length && !this.#stopped) {
        if (this.#headerRead < frameHeaderBytes) {
          offset = this.#readHeader(chunk, offset);
          if (this.#headerRead < frameHeaderBytes) return;
          // A frame without a payload is complete.
          if (this.#length > 0) continue;
        }
        offset = this.#type === FrameType.data ? this.#readData(chunk, offset) : this.#readPayload(chunk, offset);
      }
    } catch (error) {
      this.#handler.onReadError(error);
    }
  }

  /** Drops everything from now on, the rest of the current chunk included. */
  stop(): void {
    this.#stopped = true;
  }

  #readPreface(chunk: Buffer): number {
    const read = prefaceBytes.length - this.#prefaceLeft;
    const end = Math.min(chunk.length, this.#prefaceLeft);
    if (chunk.compare(prefaceBytes, read, read + end, 0, end) !== 0) {
      throw protocolError("the peer does not speak HTTP/2");
    }
    this.#prefaceLeft -= end;
    return end;
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
    this.#streamId = readUint31(bytes, at + 5);
    this.#missing = this.#length;
    if (!this.#started) this.#start(bytes, at);
    if (this.#length > this.#maxFrameBytes) {
      throw frameSizeError(`a frame of ${this.#length} bytes, expected at most ${this.#maxFrameBytes}`);
    }
    this.#blocks.expect(this.#type, this.#streamId);
    if (this.#type === FrameType.data) this.#beginData();
  }

  #start(bytes: Buffer, at: number): void {
    this.#started = true;
    if (this.#type === FrameType.settings && (this.#flags & Flag.ack) === 0) return;
    const text = JSON.stringify(bytes.toString("latin1", at, at + frameHeaderBytes));
    throw protocolError(`the peer does not speak HTTP/2: expected a SETTINGS frame, but it began with ${text}`);
  }

  #beginData(): void {
    if (this.#streamId === 0) throw protocolError("DATA of no stream");
    this.#sink = this.#handler.onData(this.#streamId, this.#length);
    this.#padding = (this.#flags & Flag.padded) === 0 ? 0 : -1;
    this.#overhead = 0;
    if (this.#padding === -1 && this.#length === 0) throw frameSizeError("a padded frame without a pad length");
  }

  #readData(chunk: Buffer, start: number): number {
    let offset = start;
    if (this.#padding === -1) {
      this.#padding = chunk[offset++]!;
      this.#overhead = 1 + this.#padding;
      this.#missing -= this.#overhead;
      if (this.#missing < 0) throw protocolError("padding that is longer than its frame");
      if (this.#missing === 0) this.#endData();
    } else if (this.#length === 0) {
      this.#endData();
    }
    if (this.#missing > 0 && offset < chunk.length) {
      const end = Math.min(chunk.length, offset + this.#missing);
      this.#missing -= end - offset;
      this.#sink?.receiveData(offset === 0 && end === chunk.length ? chunk : chunk.subarray(offset, end));
      offset = end;
      if (this.#missing === 0) this.#endData();
    }
    if (this.#missing === 0) {
      const skipped = Math.min(this.#padding, chunk.length - offset);
      this.#padding -= skipped;
      offset += skipped;
      if (this.#padding === 0) this.#headerRead = 0;
    }
    return offset;
  }

  #endData(): void {
    const sink = this.#sink;
    this.#sink = undefined;
    this.#handler.onDataEnd(this.#streamId, sink, this.#overhead, (this.#flags & Flag.endStream) !== 0);
  }

  #readPayload(chunk: Buffer, start: number): number {
    const end = start + this.#missing;
    if (end > chunk.length) {
      this.#missing -= chunk.length - start;
      this.#parts ??= new ReceiveBuffer();
      this.#parts.push(start === 0 ? chunk : chunk.subarray(start));
      return chunk.length;
    }
    this.#headerRead = 0;
    const parts = this.#parts;
    if (parts === undefined) {
      this.#readFrame(chunk, start, end);
      return end;
    }
    this.#parts = undefined;
    this.#readFrame(parts.takeAll(chunk.subarray(start, end)), 0, this.#length);
    return end;
  }

  /** Reads any frame except DATA; its payload is bytes [start, end). */
  #readFrame(buffer: Buffer, start: number, end: number): void {
    switch (this.#type) {
      case FrameType.headers:
        this.#onBlock(this.#blocks.begin(this.#streamId, this.#flags, buffer, start, end));
        break;
      case FrameType.priority:
        this.#readPriority(buffer, start, end);
        break;
      case FrameType.rstStream:
        if (end - start !== 4) throw frameSizeError(`RST_STREAM of ${end - start} bytes, expected 4`);
        if (this.#streamId === 0) throw protocolError("RST_STREAM of no stream");
        this.#handler.onReset(this.#streamId, readUint32(buffer, start));
        break;
      case FrameType.settings:
        this.#readSettings(buffer, start, end);
        break;
      case FrameType.pushPromise:
        throw protocolError("PUSH_PROMISE, which is switched off");
      case FrameType.ping:
        if (this.#streamId !== 0) throw protocolError("PING of a stream");
        if (end - start !== 8) throw frameSizeError(`PING of ${end - start} bytes, expected 8`);
        if ((this.#flags & Flag.ack) === 0) this.#handler.onPing(buffer.subarray(start, end));
        else this.#handler.onPingAnswer();
        break;
      case FrameType.goAway: {
        if (this.#streamId !== 0) throw protocolError("GOAWAY of a stream");
        if (end - start < 8) throw frameSizeError("a GOAWAY that is too short");
        const debugData = buffer.toString("utf8", start + 8, end);
        this.#handler.onGoAway(readUint31(buffer, start), readUint32(buffer, start + 4), debugData);
        break;
      }
      case FrameType.windowUpdate:
        if (end - start !== 4) throw frameSizeError(`WINDOW_UPDATE of ${end - start} bytes, expected 4`);
        this.#handler.onWindowUpdate(this.#streamId, readUint31(buffer, start));
        break;
      case FrameType.continuation:
        this.#onBlock(this.#blocks.continue(this.#flags, buffer, start, end));
        break;
      // Frames of other types are ignored.
    }
  }

  #onBlock(block: HeaderBlock | undefined): void {
    if (block !== undefined) this.#handler.onHeaders(block.streamId, block.headers, block.endStream);
  }

  #readPriority(buffer: Buffer, start: number, end: number): void {
    if (this.#streamId === 0) throw protocolError("PRIORITY of no stream");
    if (end - start !== 5) this.#handler.onStreamError(this.#streamId, ErrorCode.FRAME_SIZE_ERROR);
    else if (readUint31(buffer, start) === this.#streamId) throw dependsOnItself();
  }

  #readSettings(buffer: Buffer, start: number, end: number): void {
    const length = end - start;
    if (this.#streamId !== 0) throw protocolError("SETTINGS of a stream");
    if ((this.#flags & Flag.ack) !== 0) {
      if (length !== 0) throw frameSizeError("an acknowledgement of SETTINGS with a payload");
      return;
    }
    if (length % 6 !== 0) throw frameSizeError(`SETTINGS of ${length} bytes, expected a multiple of 6`);
    const settings: Setting[] = [];
    for (let at = start; at < end; at += 6) {
      settings.push({ id: buffer.readUInt16BE(at), value: readUint32(buffer, at + 2) });
    }
    this.#handler.onSettings(settings);
  }
}
