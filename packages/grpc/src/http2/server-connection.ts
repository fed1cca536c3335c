import type { Duplex } from "node:stream";
import type { HeaderRecord } from "../headers/metadata.js";
import { Connection } from "./connection.js";
import { ErrorCode } from "./error-code.js";
import { ConnectionError, frameHeaderBytes, preface, protocolError, Setting } from "./frame.js";
import { isWellFormedRequest, isWellFormedTrailers } from "./header-rules.js";
import { ResetLimit } from "./reset-limit.js";
import { Stream } from "./stream.js";
import type { Http2Settings, ServerConnection, ServerConnectionEvents } from "./transport.js";

const prefaceBytes = Buffer.from(preface);

/** How long a client may take for its preface and its settings. grpc-go: ConnectionTimeout. */
const openingMs = 120_000;

/** A server's HTTP/2 connection over any Duplex, which it owns from now on. */
export class Http2ServerConnection extends Connection implements ServerConnection {
  protected lastPeerStreamId = 0;
  /** The last stream that the peer has opened, whether it was taken or came after our GOAWAY. */
  #lastOpenedStreamId = 0;
  #prefaceRead = 0;
  readonly #opening = setTimeout(() => this.#onSilence(), openingMs).unref();
  readonly #maxConcurrentStreams: number;
  readonly #resets = new ResetLimit();
  /** The peer was told to open no more streams. */
  #draining = false;

  readonly #events: ServerConnectionEvents;

  constructor(duplex: Duplex, settings: Http2Settings, events: ServerConnectionEvents) {
    super(duplex, settings);
    this.#events = events;
    this.#maxConcurrentStreams = settings.maxConcurrentStreams ?? Number.POSITIVE_INFINITY;
    this.begin(Buffer.alloc(0), [
      [Setting.initialWindowSize, settings.windowBytes],
      [Setting.maxHeaderListSize, settings.maxHeaderListBytes],
      ...(settings.maxConcurrentStreams === undefined
        ? []
        : [[Setting.maxConcurrentStreams, settings.maxConcurrentStreams] as const]),
    ]);
  }

  close(): void {
    if (this.#draining || this.failure !== undefined) return;
    this.#draining = true;
    this.sendGoAway(ErrorCode.NO_ERROR);
    this.#closeIfDone();
  }

  destroy(): void {
    this.lose(new Error("the server is stopped"));
  }

  /** Responses are answers too: the client has to read them. */
  override sendHeaders(streamId: number, headers: HeaderRecord, endStream: boolean): number {
    const bytes = super.sendHeaders(streamId, headers, endStream);
    this.output.answered(frameHeaderBytes + bytes);
    return bytes;
  }

  protected override read(chunk: Buffer): void {
    if (this.#prefaceRead === prefaceBytes.length) {
      super.read(chunk);
      return;
    }
    const end = Math.min(chunk.length, prefaceBytes.length - this.#prefaceRead);
    if (chunk.compare(prefaceBytes, this.#prefaceRead, this.#prefaceRead + end, 0, end) !== 0) {
      throw protocolError("the peer does not speak HTTP/2");
    }
    this.#prefaceRead += end;
    if (end < chunk.length) super.read(chunk.subarray(end));
  }

  protected onSettings(): void {
    clearTimeout(this.#opening);
  }

  protected onHeaders(streamId: number, headers: string[] | undefined, endStream: boolean): void {
    if (streamId % 2 === 0) throw protocolError(`a client's stream ${streamId}, expected an odd number`);
    const stream = this.streams.get(streamId);
    if (stream !== undefined) this.#onTrailers(stream, headers, endStream);
    else if (this.isIdle(streamId)) this.#onRequest(streamId, headers, endStream);
    else if (!this.wasReset(streamId)) throw streamClosed(streamId);
  }

  protected onGoAway(): void {
    // A client that goes away opens no more streams; it closes the connection when it has no more.
  }

  protected onReset(): void {
    if (!this.#resets.allow()) throw new ConnectionError(ErrorCode.ENHANCE_YOUR_CALM, "too many streams were reset");
  }

  protected onForgotten(): void {
    this.#closeIfDone();
  }

  protected onLost(): void {
    clearTimeout(this.#opening);
  }

  protected onClosed(): void {
    this.#events.onClose();
  }

  protected isIdle(streamId: number): boolean {
    return streamId > this.#lastOpenedStreamId || streamId % 2 === 0;
  }

  #onSilence(): void {
    this.fail(new ConnectionError(ErrorCode.SETTINGS_TIMEOUT, `no settings of the client in ${openingMs / 1000} s`));
  }

  #onRequest(streamId: number, headers: string[] | undefined, endStream: boolean): void {
    this.#lastOpenedStreamId = streamId;
    if (this.#draining) {
      // Beyond the last stream that our GOAWAY has named.
      this.refuse(streamId, ErrorCode.REFUSED_STREAM);
      return;
    }
    this.lastPeerStreamId = streamId;
    if (headers === undefined) {
      this.refuse(streamId, ErrorCode.ENHANCE_YOUR_CALM);
    } else if (!isWellFormedRequest(headers)) {
      this.refuse(streamId, ErrorCode.PROTOCOL_ERROR);
    } else if (this.streams.size >= this.#maxConcurrentStreams) {
      this.refuse(streamId, ErrorCode.REFUSED_STREAM);
    } else {
      const stream = new Stream(this, true);
      stream.id = streamId;
      this.streams.set(streamId, stream);
      const content = contentLength(headers);
      if (content !== undefined) stream.expectContent(content);
      this.#events.onStream(stream, headers);
      if (endStream) this.endOf(stream);
    }
  }

  #onTrailers(stream: Stream, headers: string[] | undefined, endStream: boolean): void {
    if (headers === undefined) this.refuse(stream.id, ErrorCode.ENHANCE_YOUR_CALM);
    else if (!stream.receiving) this.refuse(stream.id, ErrorCode.STREAM_CLOSED);
    else if (!endStream || !isWellFormedTrailers(headers)) this.refuse(stream.id, ErrorCode.PROTOCOL_ERROR);
    else this.endOf(stream);
  }

  #closeIfDone(): void {
    if (this.#draining && this.streams.size === 0 && this.failure === undefined)
      this.hangUp(new Error("the server is closed"));
  }
}

/** NaN, which no content is as long as, if it is no number. */
function contentLength(headers: readonly string[]): number | undefined {
  for (let i = 0; i < headers.length; i += 2) if (headers[i] === "content-length") return Number(headers[i + 1]);
  return undefined;
}

function streamClosed(streamId: number): ConnectionError {
  return new ConnectionError(ErrorCode.STREAM_CLOSED, `Protocol error: HEADERS of stream ${streamId}, which is closed`);
}
