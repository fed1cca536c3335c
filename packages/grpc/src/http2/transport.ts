import type { HeaderRecord, RawHeaders } from "../headers/metadata.js";

/** All that the call layer knows of HTTP/2, so that another HTTP/2 can be put below it. */

/** Told what happens on a stream. Calls come on a later tick than the method that caused them, or from within it. */
export interface StreamEvents {
  /** The response's headers (client only), before its data. */
  onHeaders(headers: RawHeaders, endStream: boolean): void;
  onData(chunk: Buffer): void;
  onTrailers(headers: RawHeaders): void;
  /** The peer ended its side, and all data before that was delivered. */
  onEnd(): void;
  /** What was written has left: write again after `write` returned false. */
  onDrain(): void;
  /** The stream is gone: last event. `lost` is the connection's error, if that is the reason. */
  onClose(errorCode: number, lost: Error | undefined): void;
}

/** One stream. Every method does nothing once the stream is gone. */
export interface Http2Stream {
  /** Server: sends headers, data and trailers follow. */
  respond(headers: HeaderRecord): void;
  /** Server: sends headers that end the stream. */
  respondOnly(headers: HeaderRecord): void;
  /** Sends buffers as they are, in one write; false: wait for `onDrain`. */
  write(chunks: readonly Uint8Array[]): boolean;
  /** Client: ends this side, with a last buffer if there is one. */
  end(chunks: readonly Uint8Array[]): void;
  /** Server: ends this side with trailers, after a last buffer if there is one. */
  endWithTrailers(chunks: readonly Uint8Array[], trailers: HeaderRecord): void;
  /** Ends both sides; with NO_ERROR after what was written has left. What still comes is thrown away. */
  reset(errorCode: number): void;
  /** Stops `onData`; the peer stops when the stream's window is full. */
  pause(): void;
  resume(): void;
}

/** The limits that a connection announces to its peer, and keeps. */
export interface Http2Settings {
  readonly windowBytes: number;
  readonly maxHeaderListBytes: number;
  /** Server only. */
  readonly maxConcurrentStreams?: number;
}

/** The settings of a channel's or a server's options. */
export function http2Settings(options: Partial<Http2Settings>): Http2Settings {
  return {
    windowBytes: options.windowBytes ?? 1024 * 1024,
    maxHeaderListBytes: options.maxHeaderListBytes ?? 128 * 1024,
    ...(options.maxConcurrentStreams === undefined ? {} : { maxConcurrentStreams: options.maxConcurrentStreams }),
  };
}

/** Told what becomes of a client's connection. */
export interface ClientConnectionEvents {
  /** The peer has answered with its settings. */
  onReady(): void;
  /** The connection takes no new streams: the peer said so (GOAWAY), or it is lost. */
  onDraining(): void;
  /** The connection is gone: last event. */
  onClose(error: Error): void;
}

export interface ClientConnection {
  /** Opens a stream. @throws Error if the connection takes none. */
  request(headers: HeaderRecord, events: StreamEvents): Http2Stream;
  readonly scheme: "http" | "https";
  /** Whether it takes new streams. */
  readonly usable: boolean;
  /** The longest header list that the peer takes, in bytes. */
  readonly peerMaxHeaderListBytes: number;
  /** No new streams; the connection is closed when those that are open have ended. */
  close(): void;
  /** Drops the connection at once. */
  destroy(error: Error): void;
}

/** Told of the streams of a server's connection, and of its end. */
export interface ServerConnectionEvents {
  /** A stream that the peer opened; it is listened to with `listen`, in the same tick. */
  onStream(stream: IncomingStream, headers: RawHeaders): void;
  onClose(): void;
}

export interface IncomingStream extends Http2Stream {
  listen(events: StreamEvents): void;
  /** The longest header list that the peer takes, in bytes. */
  readonly peerMaxHeaderListBytes: number;
}

export interface ServerConnection {
  /** Tells the peer to open no more streams; the connection is closed when those that are open have ended. */
  close(): void;
  /** Drops the connection at once, without a word to the peer. */
  destroy(): void;
}
