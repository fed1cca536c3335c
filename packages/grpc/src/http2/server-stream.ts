import type { HeaderRecord, RawHeaders } from "../headers/header-list.js";
import type { PeerStream } from "./connection.js";
import { ErrorCode } from "./error-code.js";
import { isWellFormedTrailers } from "./header-rules.js";
import type { Stream, StreamEvents } from "./stream.js";
import type { StreamInput } from "./stream-input.js";
import type { StreamOutput } from "./stream-output.js";

/** The connection of a server's stream. */
export interface ServerStreamOwner {
  /** The longest header list that the client accepts, in bytes. */
  readonly peerMaxHeaderListBytes: number;
  /** The work for a stream is done. */
  onReleased(): void;
}

/** A stream that the client has opened: its request, then our response. */
export class ServerStream implements PeerStream {
  readonly stream: Stream;
  readonly awaitsHeaders = false;
  readonly #owner: ServerStreamOwner;

  constructor(stream: Stream, owner: ServerStreamOwner) {
    this.stream = stream;
    this.#owner = owner;
  }

  get output(): StreamOutput {
    return this.stream.output;
  }

  get input(): StreamInput {
    return this.stream.input;
  }

  /** The longest header list that the client accepts, in bytes. */
  get peerMaxHeaderListBytes(): number {
    return this.#owner.peerMaxHeaderListBytes;
  }

  listen(events: StreamEvents): void {
    this.stream.listen(events);
  }

  /** The handler has ended too: once the stream is closed, nothing is left of it. */
  release(): void {
    this.#owner.onReleased();
  }

  /** Sends headers; data and trailers follow. */
  respond(headers: HeaderRecord): void {
    this.output.headers(headers);
  }

  /** Ends this half after the last buffers: with trailers, or with headers alone when there were none. */
  end(chunks: readonly Uint8Array[], trailers: HeaderRecord): void {
    this.output.end(chunks, trailers);
  }

  /** Ends both halves; with NO_ERROR, once everything written has been sent. Later data is discarded. */
  reset(errorCode: number): void {
    this.stream.reset(errorCode);
  }

  receiveHeaders(headers: RawHeaders, endStream: boolean): number | undefined {
    if (!endStream || !isWellFormedTrailers(headers)) return ErrorCode.PROTOCOL_ERROR;
    return this.receiveEnd();
  }

  /** The client has ended its half. Returns an error code when the amount differs from the announced one. */
  receiveEnd(): number | undefined {
    if (!this.input.contentComplete) return ErrorCode.PROTOCOL_ERROR;
    this.input.receiveEnd();
    return undefined;
  }
}
