import type { Metadata } from "../headers/metadata.js";
import type { CallContext, CallOptions } from "./call.js";
import type { MethodDefinition } from "./definition.js";

/** A message of any method. Narrow it by `call.method.path`. */
export type Message = object;

/** A call with one request message and one response message, on its way from the caller to the wire. */
export interface UnaryClientCall {
  readonly stream: false;
  readonly method: MethodDefinition;
  readonly message: Message;
  /** The caller's options; `metadata` is always set and belongs to this call alone. */
  readonly options: CallOptions & { readonly metadata: Metadata };
}

/**
 * A call that streams messages in at least one direction. Both directions are iterables; a single message is an
 * iterable of one.
 */
export interface StreamClientCall {
  readonly stream: true;
  readonly method: MethodDefinition;
  readonly message: AsyncIterable<Message>;
  /** The caller's options; `metadata` is always set and belongs to this call alone. */
  readonly options: CallOptions & { readonly metadata: Metadata };
}

/** A call on its way from the caller to the wire. An interceptor passes on this call, or a changed copy. */
export type InterceptedClientCall = UnaryClientCall | StreamClientCall;

/** A unary call on its way from the wire to its handler. */
export interface UnaryServerCall {
  readonly stream: false;
  readonly method: MethodDefinition;
  readonly message: Message;
  readonly context: CallContext;
}

/**
 * A call that streams messages in at least one direction. Both directions are iterables; a single message is an
 * iterable of one.
 */
export interface StreamServerCall {
  readonly stream: true;
  readonly method: MethodDefinition;
  readonly message: AsyncIterable<Message>;
  readonly context: CallContext;
}

/** A call on its way from the wire to its handler. */
export type InterceptedServerCall = UnaryServerCall | StreamServerCall;

/** The response of a unary call. */
export interface UnaryResponse {
  readonly stream: false;
  readonly message: Message;
}

/** The response of a call that streams in at least one direction; a single message is an iterable of one. */
export interface StreamResponse {
  readonly stream: true;
  readonly message: AsyncIterable<Message>;
}

/** A response on its way back; of the same kind as its call. */
export type InterceptedResponse = UnaryResponse | StreamResponse;

/**
 * Starts the call. For a unary call, the promise resolves with the response or rejects with a `StatusError`. For a
 * stream it resolves at once; the stream fails while it is iterated.
 */
export type ClientNext = (call: InterceptedClientCall) => Promise<InterceptedResponse>;

/**
 * Middleware around every call of a client. Go: unary and stream client interceptors in one. The first is the
 * outermost.
 *
 * @example
 * ```ts
 * const addToken: ClientInterceptor = (next) => async (call) => {
 *   call.options.metadata.set("authorization", `Bearer ${token}`);
 *   const response = await next(call);
 *   if (!response.stream) console.log(call.method.path, response.message);
 *   return response;
 * };
 * ```
 */
export type ClientInterceptor = (next: ClientNext) => ClientNext;

/** Runs the handler. For a unary call, the promise resolves with the response; for a stream it resolves at once. */
export type ServerNext = (call: InterceptedServerCall) => Promise<InterceptedResponse>;

/**
 * Middleware around every call that a server answers. Go: unary and stream server interceptors in one.
 *
 * @example
 * ```ts
 * const authenticate: ServerInterceptor = (next) => async (call) => {
 *   if (!call.context.metadata.has("authorization")) throw new StatusError(Status.UNAUTHENTICATED, "no token");
 *   return next(call);
 * };
 * ```
 */
export type ServerInterceptor = (next: ServerNext) => ServerNext;

/** Combines interceptors into one function; the first is the outermost. */
export function chain<N>(interceptors: readonly ((next: N) => N)[], last: N): N {
  return interceptors.reduceRight((next, interceptor) => interceptor(next), last);
}
