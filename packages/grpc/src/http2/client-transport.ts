import type { Duplex } from "node:stream";
import type { HeaderRecord } from "../headers/header-list.js";
import { ClientStream, type ClientStreamEvents } from "./client-stream.js";
import { Connection, type ConnectionSide, closedByPeer } from "./connection.js";
import { ErrorCode, errorCodeName } from "./error-code.js";
import { maxStreamId, preface, protocolError, Setting } from "./frame.js";
import type { Http2Settings } from "./settings.js";
import { Stream } from "./stream.js";

/** Events of a client's transport. */
export interface ClientTransportEvents {
  /** The peer has answered with its settings. */
  onReady(): void;
  /** The transport accepts no new streams: the peer sent GOAWAY, or the connection is lost. */
  onDraining(): void;
  /** The connection is closed; nothing follows. */
  onClose(error: Error): void;
}

interface QueuedRequest {
  readonly request: ClientStream;
  readonly headers: HeaderRecord;
}

/** A client's HTTP/2 connection over any Duplex, which it owns from now on (grpc-go: `http2Client`). */
export class ClientTransport implements ConnectionSide {
  readonly scheme: "http" | "https";
  readonly lastPeerStreamId = 0;
  /** Public, because a test uses up the ids. */
  nextStreamId = 1;
  readonly #duplex: Duplex;
  readonly #connection: Connection;
  readonly #events: ClientTransportEvents;
  /** Requests beyond the number of streams that the peer allows. */
  readonly #queue = new Map<Stream, QueuedRequest>();
  #draining = false;
  /** The reason in the peer's GOAWAY with an error. */
  #goAway: Error | undefined;

  /** @throws {Error} if the Duplex is destroyed already. */
  constructor(duplex: Duplex, settings: Http2Settings, events: ClientTransportEvents) {
    if (duplex.destroyed) throw duplex.errored ?? new Error("the stream to the server is destroyed already");
    this.#duplex = duplex;
    this.#events = events;
    this.scheme = (duplex as { encrypted?: boolean }).encrypted === true ? "https" : "http";
    this.#connection = new Connection(duplex, settings, "client", this);
    this.#connection.open(Buffer.from(preface), [
      [Setting.enablePush, 0],
      [Setting.initialWindowSize, settings.windowBytes],
      [Setting.maxHeaderListSize, settings.maxHeaderListBytes],
    ]);
  }

  /** False once it accepts no new streams. */
  get usable(): boolean {
    return !this.#draining && this.#connection.failure === undefined;
  }

  /** The longest header list that the server accepts, in bytes. */
  get peerMaxHeaderListBytes(): number {
    return this.#connection.peer.maxHeaderListBytes;
  }

  /** The parts of the connection, for tests. @internal */
  get connection(): Connection {
    return this.#connection;
  }

  /** Requests that wait until the peer allows more streams. */
  get queued(): number {
    return this.#queue.size;
  }

  /** Opens a stream, now or when the peer allows another one. @throws {Error} when the transport accepts none. */
  request(headers: HeaderRecord, events: ClientStreamEvents): ClientStream {
    const connection = this.#connection;
    if (!this.usable) throw connection.failure ?? new Error("the connection takes no new streams");
    const request = new ClientStream(new Stream(connection), events);
    if (connection.streams.size < connection.peer.maxConcurrentStreams) this.#start(request, headers);
    else this.#queue.set(request.stream, { request, headers });
    return request;
  }

  /** Accepts no new streams, and closes the connection when the open ones have ended. */
  close(): void {
    this.#drain();
    this.#closeIfDone();
  }

  /** Drops the connection at once. */
  destroy(error: Error): void {
    this.#connection.lose(error);
  }

  isIdle(streamId: number): boolean {
    return streamId >= this.nextStreamId || streamId % 2 === 0;
  }

  onHeaders(streamId: number): void {
    if (this.isIdle(streamId)) throw protocolError("HEADERS of a stream that is not open");
    if (!this.#connection.wasReset(streamId)) this.#connection.refuse(streamId, ErrorCode.STREAM_CLOSED);
  }

  onSettings(first: boolean): void {
    this.#startQueued();
    if (first) this.#events.onReady();
  }

  onGoAway(lastStreamId: number, errorCode: number, debugData: string): void {
    const text = debugData === "" ? "" : `, debug data: ${JSON.stringify(debugData)}`;
    const error = new Error(`the peer ended the connection with GOAWAY ${errorCodeName(errorCode)}${text}`);
    if (errorCode !== ErrorCode.NO_ERROR) {
      this.#goAway = error;
      this.#connection.explainEnd(error);
    }
    this.#drain();
    for (const stream of this.#queue.keys()) this.#loseQueued(stream, error);
    for (const [id, { stream }] of this.#connection.streams) if (id > lastStreamId) stream.lose(error, "unseen");
    this.#closeIfDone();
  }

  onPingAnswer(): void {
    // A client sends no pings.
  }

  onStreamRemoved(stream: Stream): void {
    if (stream.id === 0) this.#queue.delete(stream);
    else this.#startQueued();
    this.#closeIfDone();
  }

  onLost(error: Error): void {
    this.#drain();
    for (const stream of this.#queue.keys()) this.#loseQueued(stream, error);
  }

  onClosed(error: Error): void {
    this.#events.onClose(error);
  }

  #start(request: ClientStream, headers: HeaderRecord): void {
    const id = this.nextStreamId;
    this.nextStreamId += 2;
    this.#connection.add(id, request);
    this.#connection.frames.headers(id, headers, false);
    request.output.start(id);
    // The ids are used up.
    if (id + 2 > maxStreamId) this.close();
  }

  #startQueued(): void {
    const connection = this.#connection;
    if (this.#queue.size === 0 || connection.failure !== undefined) return;
    for (const [stream, { request, headers }] of this.#queue) {
      if (this.nextStreamId > maxStreamId) {
        this.#loseQueued(stream, new Error("the connection has no more stream ids"));
        continue;
      }
      if (connection.streams.size >= connection.peer.maxConcurrentStreams) return;
      this.#queue.delete(stream);
      this.#start(request, headers);
    }
  }

  #loseQueued(stream: Stream, error: Error): void {
    this.#queue.delete(stream);
    stream.lose(error, "unsent");
  }

  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#events.onDraining();
  }

  #closeIfDone(): void {
    const connection = this.#connection;
    if (!this.#draining || connection.streams.size > 0 || this.#queue.size > 0) return;
    if (connection.failure !== undefined) return;
    // There is no peer yet that could receive a GOAWAY.
    if ((this.#duplex as { connecting?: boolean }).connecting === true) {
      connection.lose(new Error("the channel is closed"));
      return;
    }
    connection.sendGoAway(ErrorCode.NO_ERROR);
    connection.hangUp(this.#goAway ?? closedByPeer());
  }
}
