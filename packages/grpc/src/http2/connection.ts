import type { Duplex } from "node:stream";
import type { HeaderRecord } from "../headers/metadata.js";
import { HpackError } from "../hpack/hpack-error.js";
import { ErrorCode } from "./error-code.js";
import {
  ConnectionError,
  defaultMaxFrameBytes,
  defaultWindowBytes,
  dependsOnItself,
  Flag,
  FrameType,
  flowControlError,
  frameHeaderBytes,
  frameSizeError,
  maxWindowBytes,
  protocolError,
  readUint31,
  readUint32,
  Setting,
} from "./frame.js";
import { FrameReader, type FrameSink } from "./frame-reader.js";
import { FrameWriter } from "./frame-writer.js";
import { type HeaderBlock, HeaderBlocks } from "./header-blocks.js";
import { Output } from "./output.js";
import { PeerSettings } from "./peer-settings.js";
import { ReceiveWindow } from "./receive-window.js";
import { ResetStreams } from "./reset-streams.js";
import type { Stream } from "./stream.js";
import type { Http2Settings } from "./transport.js";

/** How long the peer has to hang up after it was sent our end. */
const hangUpMs = 1000;
/** How long it has to take what was written before. */
const takeLastMs = 10_000;

/** What client and server connections have in common: streams, what each type of frame does to them, and the end. */
export abstract class Connection implements FrameSink {
  readonly peer = new PeerSettings();
  readonly windowBytes: number;
  readonly receiveWindow: ReceiveWindow;
  readonly writer: FrameWriter;

  protected readonly streams = new Map<number, Stream>();
  protected readonly output: Output;
  protected failure: Error | undefined;
  readonly #reader: FrameReader;
  readonly #blocks: HeaderBlocks;
  readonly #resetStreams = new ResetStreams();
  /** Streams with data that waits for the transport or for the connection's window. */
  readonly #waiting = new Set<Stream>();
  /** Streams that are over when the last frames have left. */
  #closing: Stream[] = [];
  #sendWindow = defaultWindowBytes;
  #hungUp = false;

  // The frame that is being read.
  #type = 0;
  #flags = 0;
  #streamId = 0;
  #dataLeft = 0;
  #dataStream: Stream | undefined;

  constructor(
    protected readonly duplex: Duplex,
    settings: Http2Settings,
  ) {
    this.windowBytes = settings.windowBytes;
    this.#blocks = new HeaderBlocks(settings.maxHeaderListBytes);
    this.#reader = new FrameReader(this, defaultMaxFrameBytes);
    this.output = new Output(duplex, { onRoom: () => this.#onRoom(), onWritten: () => this.#onWritten() });
    this.writer = new FrameWriter(this.output, this.peer);
    this.receiveWindow = new ReceiveWindow(this.writer);
  }

  /** Sends what a connection begins with, and reads. */
  protected begin(preface: Uint8Array, settings: readonly (readonly [id: number, value: number])[]): void {
    const { duplex } = this;
    this.writer.opening(preface, settings);
    this.receiveWindow.open();
    duplex.on("data", (chunk: Buffer) => this.#onChunk(chunk));
    duplex.on("end", () => this.lose(closedByPeer()));
    if (duplex.readableEnded) process.nextTick(() => this.lose(closedByPeer()));
    duplex.on("error", (error) => this.lose(error));
    duplex.on("close", () => {
      this.lose(closedByPeer());
      this.#onWritten();
      this.onClosed(this.failure!);
    });
  }

  /** A whole header block. `headers` is undefined if the list is longer than our limit. */
  protected abstract onHeaders(streamId: number, headers: string[] | undefined, endStream: boolean): void;
  /** The peer's first settings, or later ones, are in force. */
  protected abstract onSettings(first: boolean): void;
  protected abstract onGoAway(lastStreamId: number, code: number, debugData: string): void;
  /** The peer has reset a stream. */
  protected abstract onReset(): void;
  /** One stream less. */
  protected abstract onForgotten(): void;
  /** The connection is lost: once, before its streams are told. */
  protected abstract onLost(error: Error): void;
  /** The Duplex is closed: last event. */
  protected abstract onClosed(error: Error): void;
  /** Whether there was a stream of this id. */
  protected abstract isIdle(streamId: number): boolean;
  /** The last stream of the peer, for its GOAWAY. */
  protected abstract readonly lastPeerStreamId: number;

  // For the streams

  /** Says how many bytes the block has. */
  sendHeaders(streamId: number, headers: HeaderRecord, endStream: boolean): number {
    return this.writer.headers(streamId, headers, endStream);
  }

  /** Sends as much as the windows and the transport take now, and says how much that was. */
  sendData(stream: Stream, chunk: Uint8Array, endStream: boolean): number {
    const { output, writer } = this;
    const { id } = stream;
    if (id === 0) return 0;
    let sent = 0;
    while (sent < chunk.length && output.writable) {
      const left = chunk.length - sent;
      const size = Math.min(left, this.peer.maxFrameBytes, this.#sendWindow, stream.window);
      if (size <= 0) break;
      const payload = size === chunk.length ? chunk : chunk.subarray(sent, sent + size);
      writer.data(id, payload, endStream && size === left);
      stream.spend(size);
      this.#sendWindow -= size;
      sent += size;
    }
    return sent;
  }

  sendReset(streamId: number, errorCode: number): void {
    this.#resetStreams.add(streamId);
    this.writer.reset(streamId, errorCode);
  }

  /** The stream has data to send, and its own window is open. */
  awaitRoom(stream: Stream): void {
    this.#waiting.add(stream);
    if (this.#sendWindow > 0) this.output.schedule();
  }

  /** The stream has ended on both sides. */
  forget(stream: Stream): void {
    this.#waiting.delete(stream);
    if (this.streams.get(stream.id) !== stream) return;
    this.streams.delete(stream.id);
    this.onForgotten();
  }

  closeWhenWritten(stream: Stream): void {
    this.#closing.push(stream);
    if (this.failure === undefined) this.output.schedule();
    else this.#tellClosing();
  }

  // The end

  protected sendGoAway(errorCode: number, debugData = ""): void {
    this.writer.goAway(this.lastPeerStreamId, errorCode, debugData);
  }

  /** The peer broke the protocol. */
  protected fail(error: ConnectionError): void {
    if (this.failure !== undefined) return;
    this.sendGoAway(error.code, error.message);
    this.hangUp(error);
  }

  /** Says no more, and closes the connection when the peer has read all and hung up too. */
  protected hangUp(reason: Error): void {
    if (this.#hungUp) return;
    this.#hungUp = true;
    this.#reader.stop();
    const { duplex } = this;
    this.output.end();
    // Destroyed with bytes unread, a socket would tell the peer of a failure, and could lose what was written last.
    duplex.end();
    duplex.resume();
    let timer = setTimeout(() => duplex.destroy(), takeLastMs).unref();
    duplex.once("finish", () => {
      clearTimeout(timer);
      timer = setTimeout(() => duplex.destroy(), hangUpMs).unref();
    });
    duplex.once("close", () => clearTimeout(timer));
    this.lose(reason, false);
  }

  protected lose(error: Error, destroy = true): void {
    if (this.failure === undefined) {
      this.failure = error;
      this.#reader.stop();
      this.#tellClosing();
      this.onLost(error);
      for (const stream of this.streams.values()) stream.lose(error);
    }
    if (destroy) this.duplex.destroy();
  }

  /** Nothing is written any more. Later: who has ended a stream just now does not expect to hear of it yet. */
  #tellClosing(): void {
    process.nextTick(() => this.#onWritten());
  }

  /** What it still holds, for tests. @internal */
  get left(): Record<string, number> {
    return {
      streams: this.streams.size,
      waiting: this.#waiting.size,
      closing: this.#closing.length,
      unreadBytes: this.receiveWindow.unread,
    };
  }

  // Reading

  onFrameHeader(type: number, flags: number, streamId: number, length: number): void {
    this.#blocks.expect(type, streamId);
    this.#type = type;
    this.#flags = flags;
    this.#streamId = streamId;
    if (type === FrameType.data) this.#beginData(length);
  }

  onDataPiece(piece: Buffer, last: boolean): void {
    const stream = this.#dataStream;
    this.#dataLeft -= piece.length;
    if (stream !== undefined && piece.length > 0) stream.receiveData(piece);
    if (!last) return;
    if (stream !== undefined) {
      if (this.#dataLeft > 0) stream.consume(this.#dataLeft);
      if ((this.#flags & Flag.endStream) !== 0) this.endOf(stream);
    }
    this.receiveWindow.credit();
  }

  onPayload(buffer: Buffer, start: number, end: number): void {
    const streamId = this.#streamId;
    switch (this.#type) {
      case FrameType.headers:
        this.#takeBlock(this.#blocks.begin(streamId, this.#flags, buffer, start, end));
        break;
      case FrameType.priority:
        if (streamId === 0) throw protocolError("PRIORITY of no stream");
        if (end - start !== 5) this.refuse(streamId, ErrorCode.FRAME_SIZE_ERROR);
        else if (readUint31(buffer, start) === streamId) throw dependsOnItself();
        break;
      case FrameType.rstStream:
        this.#readReset(buffer, start, end);
        break;
      case FrameType.settings:
        this.#readSettings(buffer, start, end);
        break;
      case FrameType.pushPromise:
        throw protocolError("PUSH_PROMISE, which is switched off");
      case FrameType.ping:
        this.#readPing(buffer, start, end);
        break;
      case FrameType.goAway:
        if (streamId !== 0) throw protocolError("GOAWAY of a stream");
        if (end - start < 8) throw frameSizeError("a GOAWAY that is too short");
        this.onGoAway(
          readUint31(buffer, start),
          readUint32(buffer, start + 4),
          buffer.toString("utf8", start + 8, end),
        );
        break;
      case FrameType.windowUpdate:
        this.#readWindowUpdate(buffer, start, end);
        break;
      case FrameType.continuation:
        this.#takeBlock(this.#blocks.continue(this.#flags, buffer, start, end));
        break;
      // Frames of other types are to be ignored.
    }
  }

  /** Answers what the peer does on one stream against the protocol. */
  protected refuse(streamId: number, errorCode: number): void {
    const stream = this.streams.get(streamId);
    if (stream !== undefined) {
      // It costs the peer as little as a reset of its own.
      this.onReset();
      stream.reset(errorCode);
    } else if (!this.isIdle(streamId)) {
      this.sendReset(streamId, errorCode);
    }
    this.output.answered(frameHeaderBytes + 4);
  }

  /** Whether we reset it, so that the peer may not have known yet that it is over. */
  protected wasReset(streamId: number): boolean {
    return this.#resetStreams.has(streamId);
  }

  protected endOf(stream: Stream): void {
    if (stream.contentComplete) stream.receiveEnd();
    else if (!this.wasReset(stream.id)) this.refuse(stream.id, ErrorCode.PROTOCOL_ERROR);
  }

  #onChunk(chunk: Buffer): void {
    // After the end the peer may still talk.
    if (this.failure !== undefined) return;
    try {
      this.read(chunk);
    } catch (error) {
      if (error instanceof ConnectionError) {
        this.fail(error);
      } else if (error instanceof HpackError) {
        this.fail(new ConnectionError(ErrorCode.COMPRESSION_ERROR, `Protocol error: ${error.message}`));
      } else {
        // A listener threw, and the rest of the chunk is lost with it.
        this.fail(new ConnectionError(ErrorCode.INTERNAL_ERROR, "a listener threw while the connection was read"));
        throw error;
      }
    }
  }

  protected read(chunk: Buffer): void {
    this.#reader.push(chunk);
  }

  #beginData(length: number): void {
    const streamId = this.#streamId;
    if (streamId === 0) throw protocolError("DATA of no stream");
    this.receiveWindow.use(length);
    this.#dataLeft = length;
    const stream = this.streams.get(streamId);
    this.#dataStream = stream;
    if (stream === undefined) {
      if (this.isIdle(streamId)) throw protocolError("DATA of a stream that is not open");
      if (!this.wasReset(streamId)) this.refuse(streamId, ErrorCode.STREAM_CLOSED);
    } else if (!stream.receiving) {
      this.#dataStream = undefined;
      this.refuse(streamId, ErrorCode.STREAM_CLOSED);
    } else if (stream.awaitsHeaders) {
      this.#dataStream = undefined;
      this.refuse(streamId, ErrorCode.PROTOCOL_ERROR);
    } else if (!stream.receiveFrame(length)) {
      this.#dataStream = undefined;
      this.refuse(streamId, ErrorCode.FLOW_CONTROL_ERROR);
    }
  }

  #takeBlock(block: HeaderBlock | undefined): void {
    if (block !== undefined) this.onHeaders(block.streamId, block.headers, block.endStream);
  }

  #readReset(buffer: Buffer, start: number, end: number): void {
    const streamId = this.#streamId;
    if (end - start !== 4) throw frameSizeError(`RST_STREAM of ${end - start} bytes, expected 4`);
    if (streamId === 0 || this.isIdle(streamId)) throw protocolError("RST_STREAM of a stream that is not open");
    this.onReset();
    this.streams.get(streamId)?.receiveReset(readUint32(buffer, start));
  }

  #readSettings(buffer: Buffer, start: number, end: number): void {
    if (this.#streamId !== 0) throw protocolError("SETTINGS of a stream");
    if ((this.#flags & Flag.ack) !== 0) {
      if (end !== start) throw frameSizeError("an acknowledgement of SETTINGS with a payload");
      return;
    }
    if ((end - start) % 6 !== 0) throw frameSizeError(`SETTINGS of ${end - start} bytes, expected a multiple of 6`);
    const { peer } = this;
    const window = peer.initialWindowBytes;
    const first = peer.begin();
    for (let at = start; at < end; at += 6) {
      const id = (buffer[at]! << 8) | buffer[at + 1]!;
      const value = readUint32(buffer, at + 2);
      peer.set(id, value);
      // Each one: the encoder has to announce the smallest in between.
      if (id === Setting.headerTableSize) this.writer.setMaxTableBytes(value);
    }
    this.writer.acknowledgeSettings();
    const more = peer.initialWindowBytes - window;
    for (const stream of more === 0 ? [] : this.streams.values()) {
      if (!stream.widen(more)) throw flowControlError("SETTINGS that overflow a stream's window");
    }
    this.onSettings(first);
  }

  #readPing(buffer: Buffer, start: number, end: number): void {
    if (this.#streamId !== 0) throw protocolError("PING of a stream");
    if (end - start !== 8) throw frameSizeError(`PING of ${end - start} bytes, expected 8`);
    if ((this.#flags & Flag.ack) !== 0) return;
    this.writer.acknowledgePing(buffer.subarray(start, end));
  }

  #readWindowUpdate(buffer: Buffer, start: number, end: number): void {
    const streamId = this.#streamId;
    if (end - start !== 4) throw frameSizeError(`WINDOW_UPDATE of ${end - start} bytes, expected 4`);
    const bytes = readUint31(buffer, start);
    if (streamId === 0) {
      if (bytes === 0) throw protocolError("WINDOW_UPDATE of 0 bytes");
      this.#sendWindow += bytes;
      if (this.#sendWindow > maxWindowBytes) throw flowControlError("WINDOW_UPDATE that overflows the window");
      if (this.#waiting.size > 0) this.output.schedule();
      return;
    }
    if (this.isIdle(streamId)) throw protocolError("WINDOW_UPDATE of a stream that is not open");
    const stream = this.streams.get(streamId);
    if (stream === undefined) return;
    if (bytes === 0) this.refuse(streamId, ErrorCode.PROTOCOL_ERROR);
    else if (!stream.widen(bytes)) this.refuse(streamId, ErrorCode.FLOW_CONTROL_ERROR);
  }

  // Writing

  #onRoom(): void {
    for (const stream of this.#waiting) {
      if (!this.output.writable || this.#sendWindow <= 0) return;
      this.#waiting.delete(stream);
      stream.pump();
      // Behind the others.
      if (stream.hasPending && stream.window > 0) this.#waiting.add(stream);
    }
  }

  #onWritten(): void {
    while (this.#closing.length > 0) {
      const closing = this.#closing;
      this.#closing = [];
      for (const stream of closing) stream.onWritten();
    }
    // The transport has taken a whole batch and wants more: no drain will come.
    if (this.#waiting.size > 0 && this.#sendWindow > 0) this.output.schedule();
  }
}

export function closedByPeer(): Error {
  return new Error("the peer closed the connection");
}
