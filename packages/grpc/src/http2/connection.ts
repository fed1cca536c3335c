import type { Duplex } from "node:stream";
import { BatchWriter } from "@go-plugin/wire";
import type { RawHeaders } from "../headers/header-list.js";
import { DataScheduler } from "./data-scheduler.js";
import { ErrorCode } from "./error-code.js";
import { ReceiveWindow, type StreamSendWindow } from "./flow-control.js";
import {
  defaultMaxFrameBytes,
  flowControlError,
  Http2Error,
  maxWindowBytes,
  protocolError,
  Setting as SettingId,
} from "./frame.js";
import { type FrameHandler, FrameReader, type Setting } from "./frame-reader.js";
import { FrameWriter } from "./frame-writer.js";
import { PeerSettings } from "./peer-settings.js";
import { RecentResets } from "./recent-resets.js";
import type { Http2Settings } from "./settings.js";
import type { Stream, StreamContext } from "./stream.js";
import type { StreamInput } from "./stream-input.js";
import { readBeforeWriteErrors } from "./write-errors.js";

/** The peer must close its side within this time after it has read our end. */
const peerCloseMs = 1000;
/** The peer must read everything written before within this time. */
const lastWriteMs = 10_000;

/** A stream from the point of view of the side that opened or accepted it. */
export interface PeerStream {
  readonly stream: Stream;
  /** True while data must not arrive yet. */
  readonly awaitsHeaders: boolean;
  /** Receives headers or trailers. Returns the error code to refuse them with. */
  receiveHeaders(headers: RawHeaders, endStream: boolean): number | undefined;
}

/** The part of a connection that differs between clients and servers. */
export interface ConnectionSide {
  /** The last stream of the peer, for our GOAWAY. */
  readonly lastPeerStreamId: number;
  /** Returns true if no stream of this id was ever opened. */
  isIdle(streamId: number): boolean;
  /** A header block for an id without an open stream. */
  onHeaders(streamId: number, headers: string[] | undefined, endStream: boolean): void;
  /** The peer's first settings, or later ones, are in force. */
  onSettings(first: boolean): void;
  onGoAway(lastStreamId: number, errorCode: number, debugData: string): void;
  onPingAnswer(): void;
  onStreamRemoved(stream: Stream): void;
  /** The connection is lost. Its streams are notified next. */
  onLost(error: Error): void;
  /** The Duplex is closed; nothing follows. */
  onClosed(error: Error): void;
}

/** One HTTP/2 connection over a Duplex, which it owns: its streams, its settings and its end. */
export class Connection implements FrameHandler<StreamInput>, StreamContext {
  readonly peer: PeerSettings = new PeerSettings();
  readonly frames: FrameWriter;
  readonly scheduler: DataScheduler;
  readonly receiveWindow: ReceiveWindow;
  readonly streamWindowBytes: number;
  readonly streams: Map<number, PeerStream> = new Map();
  readonly #duplex: Duplex;
  readonly #side: ConnectionSide;
  readonly #batch: BatchWriter;
  readonly #reader: FrameReader<StreamInput>;
  readonly #recentResets = new RecentResets();
  /** The stream window that the peer has widened most. */
  #widestWindow: StreamSendWindow | undefined;
  #failure: Error | undefined;
  /** Explains the end of the connection better than the error that it ends with. */
  #reason: Error | undefined;
  #hungUp = false;

  constructor(duplex: Duplex, settings: Http2Settings, role: "client" | "server", side: ConnectionSide) {
    this.#duplex = duplex;
    this.#side = side;
    this.streamWindowBytes = settings.windowBytes;
    readBeforeWriteErrors(duplex);
    this.#batch = new BatchWriter(duplex, {
      onRoom: () => this.scheduler.onRoom(),
      onTaken: () => this.scheduler.onTaken(),
    });
    this.frames = new FrameWriter(this.#batch, this.peer, role);
    this.scheduler = new DataScheduler(this.#batch, this.frames, this.peer);
    this.receiveWindow = new ReceiveWindow(this.frames);
    const limits = { maxFrameBytes: defaultMaxFrameBytes, maxHeaderListBytes: settings.maxHeaderListBytes };
    this.#reader = new FrameReader(this, limits, role);
  }

  /** Sends the connection preface and the settings, and starts reading. */
  open(preface: Uint8Array, settings: readonly (readonly [id: number, value: number])[]): void {
    const duplex = this.#duplex;
    this.frames.opening(preface, settings);
    this.receiveWindow.open();
    const reader = this.#reader;
    duplex.on("data", (chunk: Buffer) => reader.push(chunk));
    duplex.on("end", () => this.lose(closedByPeer()));
    if (duplex.readableEnded) process.nextTick(() => this.lose(closedByPeer()));
    duplex.on("error", (error) => this.lose(error));
    duplex.on("close", () => {
      this.lose(closedByPeer());
      this.scheduler.onTaken();
      this.#side.onClosed(this.#failure!);
    });
  }

  /** The reason why the connection is lost; undefined while it is not. */
  get failure(): Error | undefined {
    return this.#failure;
  }

  // Streams

  /** Adds a stream to the connection. */
  add(id: number, stream: PeerStream): void {
    this.streams.set(id, stream);
    stream.stream.start(id);
  }

  remove(stream: Stream): void {
    this.scheduler.delete(stream.output);
    if (this.#widestWindow === stream.output.window) this.#widestWindow = undefined;
    if (stream.id !== 0) {
      if (this.streams.get(stream.id)?.stream !== stream) return;
      this.streams.delete(stream.id);
    }
    this.#side.onStreamRemoved(stream);
  }

  sendReset(streamId: number, errorCode: number): void {
    this.#recentResets.add(streamId);
    this.frames.reset(streamId, errorCode);
  }

  whenTaken(stream: Stream): void {
    this.scheduler.whenTaken(stream);
    if (this.#failure !== undefined) this.#notifyTaken();
  }

  /** Resets a stream on which the peer has broken the protocol. */
  refuse(streamId: number, errorCode: number): void {
    const stream = this.streams.get(streamId)?.stream;
    if (stream !== undefined) {
      stream.reset(errorCode);
    } else if (!this.#side.isIdle(streamId)) {
      this.sendReset(streamId, errorCode);
    }
    this.frames.refuse();
  }

  /** Returns true when we have reset the stream recently: the peer may not know yet that it is over. */
  wasReset(streamId: number): boolean {
    return this.#recentResets.has(streamId);
  }

  // Frames

  onData(streamId: number, length: number): StreamInput | undefined {
    this.receiveWindow.use(length);
    const found = this.streams.get(streamId);
    if (found === undefined) {
      if (this.#side.isIdle(streamId)) throw protocolError("DATA of a stream that is not open");
      if (!this.wasReset(streamId)) this.refuse(streamId, ErrorCode.STREAM_CLOSED);
      return undefined;
    }
    const { input } = found.stream;
    if (input.state !== "open") this.refuse(streamId, ErrorCode.STREAM_CLOSED);
    else if (found.awaitsHeaders) this.refuse(streamId, ErrorCode.PROTOCOL_ERROR);
    else if (!input.receiveFrame(length)) this.refuse(streamId, ErrorCode.FLOW_CONTROL_ERROR);
    else return input;
    return undefined;
  }

  onDataEnd(streamId: number, input: StreamInput | undefined, overhead: number, endStream: boolean): void {
    if (input !== undefined) {
      if (overhead > 0) input.receivePadding(overhead);
      if (endStream) {
        if (input.contentComplete) input.receiveEnd();
        else if (!this.wasReset(streamId)) this.refuse(streamId, ErrorCode.PROTOCOL_ERROR);
      }
    }
    this.receiveWindow.credit();
  }

  onHeaders(streamId: number, headers: string[] | undefined, endStream: boolean): void {
    const found = this.streams.get(streamId);
    if (found === undefined) {
      this.#side.onHeaders(streamId, headers, endStream);
    } else if (headers === undefined) {
      this.refuse(streamId, ErrorCode.ENHANCE_YOUR_CALM);
    } else if (found.stream.input.state !== "open") {
      this.refuse(streamId, ErrorCode.STREAM_CLOSED);
    } else {
      const errorCode = found.receiveHeaders(headers, endStream);
      if (errorCode !== undefined) this.refuse(streamId, errorCode);
    }
  }

  onReset(streamId: number, errorCode: number): void {
    if (this.#side.isIdle(streamId)) throw protocolError("RST_STREAM of a stream that is not open");
    this.streams.get(streamId)?.stream.receiveReset(errorCode);
  }

  onSettings(settings: readonly Setting[]): void {
    const { peer } = this;
    const window = peer.initialWindowBytes;
    const first = peer.begin();
    for (const { id, value } of settings) {
      peer.set(id, value);
      // One by one, because the encoder must announce the smallest value in between.
      if (id === SettingId.headerTableSize) this.frames.setMaxTableBytes(value);
    }
    this.frames.acknowledgeSettings();
    if (this.#widestWindow !== undefined && this.#widestWindow.left > maxWindowBytes) {
      throw flowControlError("SETTINGS that overflow a stream's window");
    }
    if (peer.initialWindowBytes > window) this.scheduler.onStreamWindowsWidened();
    this.#side.onSettings(first);
  }

  onPing(payload: Buffer): void {
    this.frames.acknowledgePing(payload);
  }

  onPingAnswer(): void {
    this.#side.onPingAnswer();
  }

  onGoAway(lastStreamId: number, errorCode: number, debugData: string): void {
    this.#side.onGoAway(lastStreamId, errorCode, debugData);
  }

  onWindowUpdate(streamId: number, bytes: number): void {
    if (streamId === 0) {
      if (bytes === 0) throw protocolError("WINDOW_UPDATE of 0 bytes");
      this.scheduler.widen(bytes);
      return;
    }
    if (this.#side.isIdle(streamId)) throw protocolError("WINDOW_UPDATE of a stream that is not open");
    const output = this.streams.get(streamId)?.stream.output;
    if (output === undefined) return;
    if (bytes === 0) this.refuse(streamId, ErrorCode.PROTOCOL_ERROR);
    else if (!output.widen(bytes)) this.refuse(streamId, ErrorCode.FLOW_CONTROL_ERROR);
    else if (output.window.balance > (this.#widestWindow?.balance ?? 0)) this.#widestWindow = output.window;
  }

  onStreamError(streamId: number, errorCode: number): void {
    this.refuse(streamId, errorCode);
  }

  onReadError(error: unknown): void {
    if (error instanceof Http2Error) {
      this.fail(error);
      return;
    }
    // A listener threw, which loses the rest of the chunk.
    this.fail(new Http2Error(ErrorCode.INTERNAL_ERROR, "a listener threw while the connection was read"));
    throw error;
  }

  // The end

  sendGoAway(errorCode: number, debugData = ""): void {
    this.frames.goAway(this.#side.lastPeerStreamId, errorCode, debugData);
  }

  /** Ends the connection because the peer broke the protocol. */
  fail(error: Http2Error): void {
    if (this.#failure !== undefined) return;
    this.sendGoAway(error.code, error.message);
    this.hangUp(error);
  }

  /** Sets the reason for the end of the connection, however it ends. */
  explainEnd(reason: Error): void {
    this.#reason = reason;
  }

  /** Sends nothing more. Closes the connection once the peer has read everything and closed its side too. */
  hangUp(reason: Error): void {
    if (this.#hungUp) return;
    this.#hungUp = true;
    this.#reader.stop();
    const duplex = this.#duplex;
    this.#batch.end();
    // A socket that is destroyed with unread bytes reports a failure to the peer and can lose the last write.
    duplex.end();
    duplex.resume();
    let timer = setTimeout(() => duplex.destroy(), lastWriteMs).unref();
    duplex.once("finish", () => {
      clearTimeout(timer);
      timer = setTimeout(() => duplex.destroy(), peerCloseMs).unref();
    });
    duplex.once("close", () => clearTimeout(timer));
    this.#end(reason);
  }

  /** Drops the connection at once. */
  lose(error: Error): void {
    this.#end(error);
    this.#duplex.destroy();
  }

  #end(error: Error): void {
    if (this.#failure !== undefined) return;
    this.#failure = this.#reason ?? error;
    this.#reader.stop();
    this.#notifyTaken();
    this.#side.onLost(this.#failure);
    for (const { stream } of this.streams.values()) stream.lose(this.#failure);
  }

  /**
   * Nothing more is written. On a later tick, because the caller that just ended a stream does not expect its event
   * yet.
   */
  #notifyTaken(): void {
    process.nextTick(() => this.scheduler.onTaken());
  }
}

export function closedByPeer(): Error {
  return new Error("the peer closed the connection");
}
