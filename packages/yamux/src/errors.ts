/** Base of every error of this package; narrow by class or by `code`. */
export abstract class YamuxError extends Error {
  static override get name(): string {
    return "YamuxError";
  }
  abstract readonly code: string;
}

/** The rule that the peer broke. */
export type ProtocolErrorCode =
  | "YAMUX_INVALID_VERSION"
  | "YAMUX_INVALID_TYPE"
  | "YAMUX_INVALID_STREAM_ID"
  | "YAMUX_UNEXPECTED_FLAG"
  | "YAMUX_DUPLICATE_STREAM"
  | "YAMUX_WINDOW_EXCEEDED";

/** The peer broke the protocol: the session is over, and the peer was sent a go-away (Go: `ErrInvalidVersion` and its like). */
export class ProtocolError extends YamuxError {
  static override get name(): string {
    return "ProtocolError";
  }
  override readonly name = "ProtocolError";
  constructor(
    readonly code: ProtocolErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** Why a session is over. */
export type SessionErrorCode =
  /** `close()` was called here (Go: `ErrSessionShutdown`). */
  | "YAMUX_SESSION_CLOSED"
  /** The peer ended the connection between two frames (Go: `io.EOF`). */
  | "YAMUX_REMOTE_CLOSED"
  /** The connection failed, or ended within a frame. */
  | "YAMUX_CONNECTION_LOST"
  /** The peer went away with an error code. */
  | "YAMUX_REMOTE_ERROR"
  /** A keepalive ping was not answered in time (Go: `ErrKeepAliveTimeout`). */
  | "YAMUX_KEEPALIVE_TIMEOUT"
  /** A stream was not accepted in time (Go: `StreamOpenTimeout`). */
  | "YAMUX_OPEN_TIMEOUT"
  /** A listener of one of the streams threw while the session was reading. */
  | "YAMUX_INTERNAL_ERROR";

/** The session is over; nothing more can be done with it or with its streams. */
export class SessionError extends YamuxError {
  static override get name(): string {
    return "SessionError";
  }
  override readonly name = "SessionError";
  constructor(
    readonly code: SessionErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/** Why one stream is over while the session lives. */
export type StreamErrorCode =
  /** The peer reset the stream, or did not accept it (Go: `ErrConnectionReset`). */
  | "YAMUX_STREAM_RESET"
  /** The stream was destroyed here with data unsent, which the peer must not take for its end. */
  | "YAMUX_STREAM_ABORTED";

/** One stream is over; the others and the session go on. */
export class StreamError extends YamuxError {
  static override get name(): string {
    return "StreamError";
  }
  override readonly name = "StreamError";
  constructor(
    readonly code: StreamErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** Why no stream could be opened. */
export type OpenErrorCode =
  /** The peer goes away and takes no more streams (Go: `ErrRemoteGoAway`). */
  | "YAMUX_REMOTE_GOAWAY"
  /** All stream ids of this session are used up (Go: `ErrStreamsExhausted`). */
  | "YAMUX_STREAMS_EXHAUSTED";

/** No stream can be opened on this session any more; those that are open go on. Use a new session. */
export class OpenError extends YamuxError {
  static override get name(): string {
    return "OpenError";
  }
  override readonly name = "OpenError";
  constructor(
    readonly code: OpenErrorCode,
    message: string,
  ) {
    super(message);
  }
}

/** A ping was not answered in time (Go: `ErrTimeout`). */
export class PingTimeoutError extends YamuxError {
  static override get name(): string {
    return "PingTimeoutError";
  }
  override readonly name = "PingTimeoutError";
  readonly code = "YAMUX_PING_TIMEOUT";
}
