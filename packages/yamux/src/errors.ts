/** Base of every error of this package; narrow by class or by `code`. */
export abstract class YamuxError extends Error {
  static override get name(): string {
    return "YamuxError";
  }
  abstract readonly code: string;
}

/** The rule that the peer broke. */
export type ProtocolErrorCode =
  | "ERR_YAMUX_INVALID_VERSION"
  | "ERR_YAMUX_INVALID_TYPE"
  | "ERR_YAMUX_INVALID_STREAM_ID"
  | "ERR_YAMUX_UNEXPECTED_FLAG"
  | "ERR_YAMUX_DUPLICATE_STREAM"
  | "ERR_YAMUX_WINDOW_EXCEEDED";

/**
 * The peer broke the protocol: the session is over, and the peer was sent a go-away. Go: ErrInvalidVersion and similar.
 */
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

/** The reason why a session is over. */
export type SessionErrorCode =
  /** `close()` was called here. Go: ErrSessionShutdown. */
  | "ERR_YAMUX_SESSION_CLOSED"
  /** The peer ended the connection between two frames. Go: io.EOF. */
  | "ERR_YAMUX_REMOTE_CLOSED"
  /** The connection failed, or ended within a frame. */
  | "ERR_YAMUX_CONNECTION_LOST"
  /** The peer went away with an error code. */
  | "ERR_YAMUX_REMOTE_ERROR"
  /** A keepalive ping was not answered in time. Go: ErrKeepAliveTimeout. */
  | "ERR_YAMUX_KEEPALIVE_TIMEOUT"
  /** A stream was not accepted in time. Go: StreamOpenTimeout. */
  | "ERR_YAMUX_OPEN_TIMEOUT"
  /** A listener of one of the streams threw while the session was reading. */
  | "ERR_YAMUX_INTERNAL_ERROR";

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

/** The reason why one stream is over while the session continues. */
export type StreamErrorCode =
  /** The peer reset the stream, or did not accept it. Go: ErrConnectionReset. */
  | "ERR_YAMUX_STREAM_RESET"
  /** The stream was destroyed here with unsent data; the peer must not take that for its end. */
  | "ERR_YAMUX_STREAM_ABORTED";

/** One stream is over; the others and the session continue. */
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

/** The reason why no stream could be opened. */
export type OpenErrorCode =
  /** The peer goes away and takes no more streams. Go: ErrRemoteGoAway. */
  | "ERR_YAMUX_REMOTE_GOAWAY"
  /** All stream ids of this session are used up. Go: ErrStreamsExhausted. */
  | "ERR_YAMUX_STREAMS_EXHAUSTED";

/** No stream can be opened on this session any more; open ones continue. Use a new session. */
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

/** A ping was not answered in time. Go: ErrTimeout. */
export class PingTimeoutError extends YamuxError {
  static override get name(): string {
    return "PingTimeoutError";
  }
  override readonly name = "PingTimeoutError";
  readonly code = "ERR_YAMUX_PING_TIMEOUT";
}
