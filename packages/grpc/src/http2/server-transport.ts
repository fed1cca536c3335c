import type { Duplex } from "node:stream";
import type { RawHeaders } from "../headers/header-list.js";
import { Connection, type ConnectionSide } from "./connection.js";
import { ErrorCode } from "./error-code.js";
import { Http2Error, maxStreamId, protocolError, Setting } from "./frame.js";
import { isWellFormedRequest } from "./header-rules.js";
import { ServerStream, type ServerStreamOwner } from "./server-stream.js";
import type { Http2Settings } from "./settings.js";
import { Stream } from "./stream.js";

/** A client has this long for its preface and its settings (grpc-go: `ConnectionTimeout`). */
const openingMs = 120_000;

/**
 * Handlers that may still run after their stream is gone. A reset costs a client nothing, so the work that resets leave
 * behind is limited. The resets themselves are not, because cancelling is no attack.
 */
const maxAbandonedHandlers = 10_000;

/** A client that does not answer the ping is assumed to know of our GOAWAY after this time. */
const goAwayMs = 1000;

const noBytes = Buffer.alloc(0);

/** Events of a server's transport. */
export interface ServerTransportEvents {
  /** The client has opened a stream. Its events go to `stream.listen`; its data waits until it is read. */
  onStream(stream: ServerStream, headers: RawHeaders): void;
  /** The connection is closed; nothing follows. */
  onClose(): void;
}

/** A server's HTTP/2 connection over any Duplex, which it owns from now on (grpc-go: `http2Server`). */
export class ServerTransport implements ConnectionSide, ServerStreamOwner {
  readonly #connection: Connection;
  readonly #events: ServerTransportEvents;
  readonly #maxConcurrentStreams: number;
  readonly #opening = setTimeout(() => this.#onSilence(), openingMs).unref();
  /** The last accepted stream. */
  #lastPeerStreamId = 0;
  /** The last stream that the client has opened; after our GOAWAY it is not accepted. */
  #lastOpenedStreamId = 0;
  #state: "open" | "going away" | "draining" = "open";
  #goAwayTimer: NodeJS.Timeout | undefined;
  /** Streams whose handlers have not ended, open or gone. */
  #unreleased = 0;

  constructor(duplex: Duplex, settings: Http2Settings, events: ServerTransportEvents) {
    this.#events = events;
    this.#maxConcurrentStreams = settings.maxConcurrentStreams ?? Number.POSITIVE_INFINITY;
    this.#connection = new Connection(duplex, settings, "server", this);
    this.#connection.open(noBytes, [
      [Setting.initialWindowSize, settings.windowBytes],
      [Setting.maxHeaderListSize, settings.maxHeaderListBytes],
      ...(settings.maxConcurrentStreams === undefined
        ? []
        : [[Setting.maxConcurrentStreams, settings.maxConcurrentStreams] as const]),
    ]);
  }

  /** The parts of the connection, for tests. @internal */
  get connection(): Connection {
    return this.#connection;
  }

  /**
   * Sends GOAWAY, and closes the connection when the open streams have ended. It goes away in two steps, as grpc-go
   * does (RFC 9113 §6.8): requests that cross the first GOAWAY are served; when the client has answered the ping, the
   * second GOAWAY names the last stream.
   */
  close(): void {
    if (this.#state !== "open" || this.#connection.failure !== undefined) return;
    this.#state = "going away";
    this.#connection.frames.goAway(maxStreamId, ErrorCode.NO_ERROR, "graceful_stop");
    this.#connection.frames.ping();
    this.#goAwayTimer = setTimeout(() => this.onPingAnswer(), goAwayMs).unref();
  }

  /** Drops the connection at once, without a GOAWAY. */
  destroy(): void {
    this.#connection.lose(new Error("the server is stopped"));
  }

  get peerMaxHeaderListBytes(): number {
    return this.#connection.peer.maxHeaderListBytes;
  }

  onReleased(): void {
    this.#unreleased--;
  }

  get lastPeerStreamId(): number {
    return this.#lastPeerStreamId;
  }

  isIdle(streamId: number): boolean {
    return streamId > this.#lastOpenedStreamId || streamId % 2 === 0;
  }

  onHeaders(streamId: number, headers: string[] | undefined, endStream: boolean): void {
    if (streamId % 2 === 0) throw protocolError(`a client's stream ${streamId}, expected an odd number`);
    if (this.isIdle(streamId)) {
      this.#onRequest(streamId, headers, endStream);
    } else if (!this.#connection.wasReset(streamId)) {
      throw new Http2Error(ErrorCode.STREAM_CLOSED, `Protocol error: HEADERS of stream ${streamId}, which is closed`);
    }
  }

  onSettings(): void {
    clearTimeout(this.#opening);
  }

  onGoAway(): void {
    // A client that goes away opens no more streams, and closes the connection after its last one.
  }

  onPingAnswer(): void {
    clearTimeout(this.#goAwayTimer);
    if (this.#state !== "going away" || this.#connection.failure !== undefined) return;
    this.#state = "draining";
    this.#connection.sendGoAway(ErrorCode.NO_ERROR);
    this.#closeIfDone();
  }

  onStreamRemoved(): void {
    this.#closeIfDone();
  }

  onLost(): void {
    clearTimeout(this.#opening);
    clearTimeout(this.#goAwayTimer);
  }

  onClosed(): void {
    this.#events.onClose();
  }

  #onSilence(): void {
    const message = `the client sent no settings within ${openingMs / 1000} s`;
    this.#connection.fail(new Http2Error(ErrorCode.SETTINGS_TIMEOUT, message));
  }

  #onRequest(streamId: number, headers: string[] | undefined, endStream: boolean): void {
    const connection = this.#connection;
    this.#lastOpenedStreamId = streamId;
    if (this.#state === "draining") {
      // Beyond the last stream of our GOAWAY.
      connection.refuse(streamId, ErrorCode.REFUSED_STREAM);
      return;
    }
    this.#lastPeerStreamId = streamId;
    if (headers === undefined) {
      connection.refuse(streamId, ErrorCode.ENHANCE_YOUR_CALM);
    } else if (!isWellFormedRequest(headers)) {
      connection.refuse(streamId, ErrorCode.PROTOCOL_ERROR);
    } else if (
      connection.streams.size >= this.#maxConcurrentStreams ||
      this.#unreleased - connection.streams.size >= maxAbandonedHandlers
    ) {
      connection.refuse(streamId, ErrorCode.REFUSED_STREAM);
    } else {
      this.#accept(streamId, headers, endStream);
    }
  }

  #accept(streamId: number, headers: string[], endStream: boolean): void {
    const connection = this.#connection;
    const stream = new ServerStream(new Stream(connection), this);
    connection.add(streamId, stream);
    this.#unreleased++;
    stream.output.start(streamId);
    const content = contentLength(headers);
    if (content !== undefined) stream.input.expectContent(content);
    this.#events.onStream(stream, headers);
    if (!endStream) return;
    const errorCode = stream.receiveEnd();
    if (errorCode !== undefined && !connection.wasReset(streamId)) connection.refuse(streamId, errorCode);
  }

  #closeIfDone(): void {
    if (this.#state !== "draining" || this.#connection.streams.size > 0 || this.#connection.failure !== undefined)
      return;
    this.#connection.hangUp(new Error("the server is closed"));
  }
}

/** NaN for a value that is not a number, which matches no content. */
function contentLength(headers: readonly string[]): number | undefined {
  for (let i = 0; i < headers.length; i += 2) if (headers[i] === "content-length") return Number(headers[i + 1]);
  return undefined;
}
