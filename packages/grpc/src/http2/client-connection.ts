import type { Duplex } from "node:stream";
import type { HeaderRecord } from "../headers/metadata.js";
import { Connection, closedByPeer } from "./connection.js";
import { ErrorCode, errorCodeName } from "./error-code.js";
import { maxStreamId, preface, protocolError, Setting } from "./frame.js";
import { isWellFormedResponse, isWellFormedTrailers } from "./header-rules.js";
import { Stream } from "./stream.js";
import type {
  ClientConnection,
  ClientConnectionEvents,
  Http2Settings,
  Http2Stream,
  StreamEvents,
} from "./transport.js";

/** A client's HTTP/2 connection over any Duplex, which it owns from now on. */
export class Http2ClientConnection extends Connection implements ClientConnection {
  readonly scheme: "http" | "https";
  protected readonly lastPeerStreamId = 0;
  /** Not private: a test uses the ids up. */
  nextStreamId = 1;
  /** Streams above the number that the peer takes, with their headers. */
  readonly #queue = new Map<Stream, HeaderRecord>();
  /** No new streams. */
  #draining = false;
  /** What the peer said when it went away because of an error. */
  #goAway: Error | undefined;

  readonly #events: ClientConnectionEvents;

  /** @throws Error if the Duplex is destroyed already. */
  constructor(duplex: Duplex, settings: Http2Settings, events: ClientConnectionEvents) {
    if (duplex.destroyed) throw duplex.errored ?? new Error("the stream to the server is destroyed already");
    super(duplex, settings);
    this.#events = events;
    this.scheme = (duplex as { encrypted?: boolean }).encrypted === true ? "https" : "http";
    this.begin(Buffer.from(preface), [
      [Setting.enablePush, 0],
      [Setting.initialWindowSize, settings.windowBytes],
      [Setting.maxHeaderListSize, settings.maxHeaderListBytes],
    ]);
  }

  get usable(): boolean {
    return !this.#draining && this.failure === undefined;
  }

  get peerMaxHeaderListBytes(): number {
    return this.peer.maxHeaderListBytes;
  }

  request(headers: HeaderRecord, events: StreamEvents): Http2Stream {
    if (!this.usable) throw this.failure ?? new Error("the connection takes no new streams");
    const stream = new Stream(this, false);
    stream.listen(events);
    if (this.streams.size < this.peer.maxConcurrentStreams) this.#start(stream, headers);
    else this.#queue.set(stream, headers);
    return stream;
  }

  /** @internal */
  override get left(): Record<string, number> {
    return { ...super.left, queue: this.#queue.size };
  }

  close(): void {
    this.#drain();
    this.#closeIfDone();
  }

  destroy(error: Error): void {
    this.lose(error);
  }

  protected onSettings(first: boolean): void {
    this.#startQueued();
    if (first) this.#events.onReady();
  }

  protected onHeaders(streamId: number, headers: string[] | undefined, endStream: boolean): void {
    const stream = this.streams.get(streamId);
    if (stream === undefined) {
      if (this.isIdle(streamId)) throw protocolError("HEADERS of a stream that is not open");
      if (!this.wasReset(streamId)) this.refuse(streamId, ErrorCode.STREAM_CLOSED);
    } else if (headers === undefined) {
      this.refuse(streamId, ErrorCode.ENHANCE_YOUR_CALM);
    } else if (!stream.receiving) {
      this.refuse(streamId, ErrorCode.STREAM_CLOSED);
    } else if (!stream.awaitsHeaders) {
      if (endStream && isWellFormedTrailers(headers)) stream.receiveTrailers(headers);
      else this.refuse(streamId, ErrorCode.PROTOCOL_ERROR);
    } else if (!isWellFormedResponse(headers)) {
      this.refuse(streamId, ErrorCode.PROTOCOL_ERROR);
    } else if (headers[1]!.startsWith("1")) {
      // Informational: the response follows.
      if (endStream) this.refuse(streamId, ErrorCode.PROTOCOL_ERROR);
    } else {
      stream.receiveHeaders(headers, endStream);
    }
  }

  protected onGoAway(lastStreamId: number, code: number, debugData: string): void {
    const text = debugData === "" ? "" : `, debug data: ${JSON.stringify(debugData)}`;
    const error = new Error(`the peer ended the connection with GOAWAY ${errorCodeName(code)}${text}`);
    if (code !== ErrorCode.NO_ERROR) this.#goAway = error;
    this.#drain();
    for (const stream of this.#queue.keys()) this.#loseQueued(stream, error);
    for (const [id, stream] of this.streams) if (id > lastStreamId) stream.lose(error);
    this.#closeIfDone();
  }

  protected onReset(): void {}

  protected onForgotten(): void {
    this.#startQueued();
    this.#closeIfDone();
  }

  override forget(stream: Stream): void {
    if (this.#queue.delete(stream)) this.#closeIfDone();
    else super.forget(stream);
  }

  protected onLost(error: Error): void {
    this.#drain();
    for (const stream of this.#queue.keys()) this.#loseQueued(stream, error);
  }

  protected onClosed(error: Error): void {
    this.#events.onClose(error);
  }

  protected isIdle(streamId: number): boolean {
    return streamId >= this.nextStreamId || streamId % 2 === 0;
  }

  protected override lose(error: Error, destroy?: boolean): void {
    super.lose(this.#goAway ?? error, destroy);
  }

  #start(stream: Stream, headers: HeaderRecord): void {
    const id = this.nextStreamId;
    this.nextStreamId += 2;
    this.streams.set(id, stream);
    stream.start(id, headers);
    // The ids are used up.
    if (id + 2 > maxStreamId) this.close();
  }

  #startQueued(): void {
    if (this.#queue.size === 0 || this.failure !== undefined) return;
    for (const [stream, headers] of this.#queue) {
      if (this.nextStreamId > maxStreamId) {
        this.#loseQueued(stream, new Error("the connection has no more stream ids"));
        continue;
      }
      if (this.streams.size >= this.peer.maxConcurrentStreams) return;
      this.#queue.delete(stream);
      this.#start(stream, headers);
    }
  }

  #loseQueued(stream: Stream, error: Error): void {
    this.#queue.delete(stream);
    stream.lose(error);
  }

  #drain(): void {
    if (this.#draining) return;
    this.#draining = true;
    this.#events.onDraining();
  }

  #closeIfDone(): void {
    if (!this.#draining || this.streams.size > 0 || this.#queue.size > 0 || this.failure !== undefined) return;
    // Nobody has answered yet: there is no one to say goodbye to.
    if ((this.duplex as { connecting?: boolean }).connecting === true) {
      this.lose(new Error("the channel is closed"));
      return;
    }
    this.sendGoAway(ErrorCode.NO_ERROR);
    this.hangUp(this.#goAway ?? closedByPeer());
  }
}
