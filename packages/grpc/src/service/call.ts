import type { Metadata } from "../headers/metadata.js";
import type { Status } from "../status/status.js";

/** What a caller may say about one call. */
export interface CallOptions {
  /** Cancels the call (Go: the context); the call then fails with CANCELLED and the signal's reason as its cause. */
  readonly signal?: AbortSignal;
  /** Time until the call fails with DEADLINE_EXCEEDED, in ms; the peer is told. @default no deadline (Go: `context.WithTimeout`) */
  readonly timeoutMs?: number;
  /** Request headers (Go: `metadata.NewOutgoingContext`). */
  readonly metadata?: Metadata;
  /** Told the response headers as soon as they are there (Go: `grpc.Header`). Not called for a response without headers. */
  readonly onHeaders?: (headers: Metadata) => void;
  /** Told the trailers at the end of the call, whatever its status (Go: `grpc.Trailer`). */
  readonly onTrailers?: (trailers: Metadata) => void;
}

/** What a handler knows of the call it serves. */
export interface CallContext {
  /** Aborted when the client is gone, cancels, or the deadline has passed; its reason is a `StatusError` (Go: `ctx.Done()`). */
  readonly signal: AbortSignal;
  /** Request headers (Go: `metadata.FromIncomingContext`). */
  readonly metadata: Metadata;
  /** `/package.Service/Method` (Go: `grpc.Method`). */
  readonly method: string;
  /** When the call fails with DEADLINE_EXCEEDED, in ms since the epoch; undefined without one (Go: `ctx.Deadline()`). */
  readonly deadline: number | undefined;
  /** Sends response headers now; only the first call does, and only before the first message (Go: `grpc.SendHeader`). */
  sendHeaders(headers: Metadata): void;
  /** Sent with the status at the end of the call (Go: `grpc.SetTrailer`). */
  readonly trailers: Metadata;
  /** Resolves when the call is gone from the connection: all of the response is on its way, or nobody wants it. */
  readonly closed: Promise<void>;
}

/** How a call ended. */
export interface CallStatus {
  readonly code: Status;
  readonly details: string;
  /** The trailers. */
  readonly metadata: Metadata;
  /** What made the call fail on this side: the lost connection's error, or the reason of the abort. */
  readonly cause?: unknown;
}

/** Told what comes back on a low-level call. Every callback may be called from within a method of {@link Call}. */
export interface CallListener {
  /** The response headers: at most once, before any message. */
  onHeaders?: ((headers: Metadata) => void) | undefined;
  /** One message, still serialized. Not called between `pause()` and `resume()`. */
  onMessage(message: Buffer): void;
  /** What was sent has left: send again after `sendMessage` returned false. */
  onDrain?(): void;
  /** The end of the call: exactly once, last, after every message was delivered. */
  onStatus(status: CallStatus): void;
}

/** Where and with what a low-level call starts. */
export interface CallStart {
  readonly metadata?: Metadata | undefined;
  /** When the call fails with DEADLINE_EXCEEDED, in ms since the epoch. @default none */
  readonly deadline?: number | undefined;
}

/** A low-level call: serialized messages, plain callbacks. All methods do nothing once the call has ended. */
export interface Call {
  /** Sends one serialized message, which must not change afterwards; false: better wait for `onDrain`. */
  sendMessage(message: Uint8Array): boolean;
  /** Sends the only or the last message, together with the end of this side. */
  sendLastMessage(message: Uint8Array): void;
  /** No more messages will be sent. */
  halfClose(): void;
  /** Ends the call at once with this status on this side, and with a cancellation on the peer's. */
  cancel(code: Status, details: string, cause?: unknown): void;
  /** Stops `onMessage`; little is read ahead, then the peer has to wait. */
  pause(): void;
  resume(): void;
}
