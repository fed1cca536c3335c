import type { ClientHttp2Stream, ServerHttp2Stream } from "node:http2";
import type { IncomingStream, StreamEvents } from "./http2.js";
import type { HeaderRecord } from "./metadata.js";
import { ErrorCode } from "./status-mapping.js";

const owner = Symbol("owner");

type NodeStream = (ClientHttp2Stream | ServerHttp2Stream) & { [owner]: NodeHttp2Stream };

/** What a stream asks of its connection. */
export interface StreamOwner {
  /** Why the connection is gone, if it is; the stream's own error may be the reason. */
  lost(streamError: Error | undefined): Error | undefined;
  readonly peerMaxHeaderListBytes: number;
  onStreamClosed?(): void;
}

const respondOptions = { waitForTrailers: true, sendDate: false };
const respondOnlyOptions = { endStream: true, sendDate: false };

/** One stream of node:http2. Its listeners are shared functions: a call costs no closure. */
export class NodeHttp2Stream implements IncomingStream {
  private readonly node: NodeStream;
  private events: StreamEvents | undefined;
  private trailers: HeaderRecord | undefined;
  private resetAfterTrailers = false;
  private watchesDrain = false;
  error: Error | undefined;
  /** Client: the peer has said all. */
  private responseComplete = false;

  constructor(
    node: ClientHttp2Stream | ServerHttp2Stream,
    private readonly connection: StreamOwner,
  ) {
    this.node = node as NodeStream;
    this.node[owner] = this;
    node.on("error", onError);
  }

  get peerMaxHeaderListBytes(): number {
    return this.connection.peerMaxHeaderListBytes;
  }

  /** Server. */
  listen(events: StreamEvents): void {
    this.events = events;
    this.node.on("data", onData).on("end", onEnd).on("close", onClose).on("wantTrailers", onWantTrailers);
  }

  /** Client. */
  listenToResponse(events: StreamEvents): void {
    this.events = events;
    const { node } = this;
    node.on("response", onResponse).on("data", onData).on("trailers", onTrailers).on("end", onEnd).on("close", onClose);
  }

  respond(headers: HeaderRecord): void {
    if (this.gone) return;
    (this.node as ServerHttp2Stream).respond(headers, respondOptions as object);
  }

  respondOnly(headers: HeaderRecord): void {
    if (this.gone) return;
    (this.node as ServerHttp2Stream).respond(headers, respondOnlyOptions as object);
  }

  write(chunks: readonly Uint8Array[]): boolean {
    const { node } = this;
    if (this.gone || node.writableEnded) return true;
    let room: boolean;
    if (chunks.length === 1) {
      room = node.write(chunks[0]);
    } else {
      node.cork();
      room = true;
      for (const chunk of chunks) room = node.write(chunk);
      node.uncork();
    }
    if (!room && !this.watchesDrain) {
      this.watchesDrain = true;
      node.on("drain", onDrain);
    }
    return room;
  }

  end(chunks: readonly Uint8Array[]): void {
    const { node } = this;
    if (this.gone || node.writableEnded) return;
    if (chunks.length === 1) {
      node.end(chunks[0]);
      return;
    }
    node.cork();
    for (const chunk of chunks) node.write(chunk);
    node.end();
  }

  endWithTrailers(chunks: readonly Uint8Array[], trailers: HeaderRecord): void {
    this.trailers = trailers;
    this.end(chunks);
  }

  reset(errorCode: number): void {
    const { node } = this;
    if (this.gone) return;
    // A stream with unread data would wait for its reader for ever.
    node.resume();
    if (errorCode === ErrorCode.NO_ERROR) {
      // Later, or Node 22 sends the reset instead of the headers that are still to be written.
      if (this.trailers === undefined) setImmediate(closeStream, node);
      else this.resetAfterTrailers = true;
      return;
    }
    // close() ends the stream properly before it resets it: a peer would take a cancelled request for a complete one.
    (node as { _final: unknown })._final = null;
    node.close(errorCode);
  }

  pause(): void {
    this.node.pause();
  }

  resume(): void {
    this.node.resume();
  }

  private get gone(): boolean {
    return this.node.destroyed || this.node.closed;
  }

  // What follows is called by the shared listeners.

  onResponse(headers: readonly string[], flags: number): void {
    this.responseComplete = (flags & endStreamFlag) !== 0;
    this.events?.onHeaders(headers, this.responseComplete);
  }

  onData(chunk: Buffer): void {
    this.events?.onData(chunk);
  }

  onTrailers(headers: readonly string[]): void {
    this.responseComplete = true;
    this.events?.onTrailers(headers);
  }

  onEnd(): void {
    const { node } = this;
    // node:http2 ends a stream that is cut off, too; then "close" follows and says why.
    const cutOff =
      node.aborted || node.rstCode !== ErrorCode.NO_ERROR || this.connection.lost(this.error) !== undefined;
    if (!cutOff || this.responseComplete) this.events?.onEnd();
  }

  onDrain(): void {
    this.events?.onDrain();
  }

  onClose(): void {
    this.events?.onClose(this.node.rstCode ?? ErrorCode.CANCEL, this.connection.lost(this.error));
    this.connection.onStreamClosed?.();
  }

  onWantTrailers(): void {
    const node = this.node as ServerHttp2Stream;
    node.sendTrailers(this.trailers ?? {});
    this.trailers = undefined;
    // node:http2 sends the trailers with setImmediate; the reset has to follow them.
    if (this.resetAfterTrailers) setImmediate(closeStream, node);
  }
}

// NGHTTP2_FLAG_END_STREAM
const endStreamFlag = 0x1;

function closeStream(node: ClientHttp2Stream | ServerHttp2Stream): void {
  if (!node.destroyed) node.close(ErrorCode.NO_ERROR);
}

// "close" follows, and tells it.
function onError(this: NodeStream, error: Error): void {
  this[owner].error = error;
}

function onResponse(this: NodeStream, _headers: unknown, flags: number, rawHeaders: readonly string[]): void {
  this[owner].onResponse(rawHeaders, flags);
}

function onData(this: NodeStream, chunk: Buffer): void {
  this[owner].onData(chunk);
}

function onTrailers(this: NodeStream, _headers: unknown, _flags: number, rawHeaders: readonly string[]): void {
  this[owner].onTrailers(rawHeaders);
}

function onEnd(this: NodeStream): void {
  this[owner].onEnd();
}

function onDrain(this: NodeStream): void {
  this[owner].onDrain();
}

function onClose(this: NodeStream): void {
  this[owner].onClose();
}

function onWantTrailers(this: NodeStream): void {
  this[owner].onWantTrailers();
}
