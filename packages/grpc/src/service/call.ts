import type { Metadata } from "../headers/metadata.js";
import type { Status } from "../status/status.js";

/** Options of one call. */
export interface CallOptions {
  /** Cancels the call. It then fails with CANCELLED and the signal's reason as its cause. Go: the context. */
  readonly signal?: AbortSignal;
  /**
   * Time until the call fails with DEADLINE_EXCEEDED, in ms; the peer gets the deadline too. Go: context.WithTimeout.
   * @default no deadline
   */
  readonly timeoutMs?: number;
  /** Request headers. Go: metadata.NewOutgoingContext. */
  readonly metadata?: Metadata;
  /** Called with the response headers when they arrive; not called for a response without headers. Go: grpc.Header. */
  readonly onHeaders?: (headers: Metadata) => void;
  /** Called with the trailers at the end of the call, whatever its status. Go: grpc.Trailer. */
  readonly onTrailers?: (trailers: Metadata) => void;
}

/** The call that a handler serves. Go: the context of a handler. */
export interface CallContext {
  /**
   * Aborts when the client disconnects or cancels, or when the deadline passes; its reason is a `StatusError` (Go:
   * `ctx.Done()`).
   */
  readonly signal: AbortSignal;
  /** Request headers. Go: metadata.FromIncomingContext. */
  readonly metadata: Metadata;
  /** `/package.Service/Method`. Go: grpc.Method. */
  readonly method: string;
  /**
   * The time at which the call fails with DEADLINE_EXCEEDED, in ms since the epoch; undefined without a deadline (Go:
   * `ctx.Deadline()`).
   */
  readonly deadline: number | undefined;
  /**
   * Sends response headers now. Only the first call has an effect, and only before the first message (Go:
   * `grpc.SendHeader`).
   */
  sendHeaders(headers: Metadata): void;
  /** Sent with the status at the end of the call. Go: grpc.SetTrailer. */
  readonly trailers: Metadata;
  /** Resolves when the call has left the connection: the whole response was sent, or the call was cancelled. */
  readonly closed: Promise<void>;
}

/** The end of a call. */
export interface CallStatus {
  readonly code: Status;
  readonly details: string;
  /** The trailers. */
  readonly metadata: Metadata;
  /** The local cause of the failure: the lost connection's error, or the reason of the abort. */
  readonly cause?: unknown;
  /** The call failed for want of a connection, before a server could see any of it. @default false */
  readonly unsent?: boolean;
}

/** Events of a low-level call. They may occur within a method of {@link Call}. */
export interface CallListener {
  /** The response headers: at most once, before any message. */
  onHeaders?: ((headers: Metadata) => void) | undefined;
  /** One message, still serialized. Not called between `pause()` and `resume()`. */
  onMessage(message: Buffer): void;
  /** There is room again after `sendMessage` returned false. */
  onDrain?(): void;
  /** The end of the call: exactly once, last, after every message was delivered. */
  onStatus(status: CallStatus): void;
}

/** Metadata and deadline of a low-level call. */
export interface CallStart {
  readonly metadata?: Metadata | undefined;
  /** The time at which the call fails with DEADLINE_EXCEEDED, in ms since the epoch. @default none */
  readonly deadline?: number | undefined;
}

/** A low-level call: serialized messages, plain callbacks. All methods do nothing once the call has ended. */
export interface Call {
  /** Sends one serialized message, which must not change afterwards. When it returns false, wait for `onDrain`. */
  sendMessage(message: Uint8Array): boolean;
  /** Sends the only or the last message, together with the end of this side. */
  sendLastMessage(message: Uint8Array): void;
  /** No more messages will be sent. */
  halfClose(): void;
  /** Ends the call at once: with this status on this side, and with a cancellation for the peer. */
  cancel(code: Status, details: string, cause?: unknown): void;
  /** Stops `onMessage`. A little is read ahead, then the peer has to wait. */
  pause(): void;
  resume(): void;
}
