import type { Metadata } from "../headers/metadata.js";
import type { CallContext, CallOptions } from "./call.js";
import type { MethodDefinition } from "./definition.js";

/** A call on its way from the caller to the wire. An interceptor hands on this one, or another made of it. */
export interface InterceptedClientCall {
  readonly method: MethodDefinition;
  /** The request message, or with `method.requestStream` the iterable of them. */
  readonly request: unknown;
  /** The caller's options; `metadata` is always there and belongs to this call alone. */
  readonly options: CallOptions & { readonly metadata: Metadata };
}

/** Starts the call: the response message, or with `method.responseStream` an async iterable of them, at once. */
export type ClientNext = (call: InterceptedClientCall) => Promise<unknown>;

/** Middleware around every call of a client (Go: unary and stream client interceptors in one). The first is the outermost. */
export type ClientInterceptor = (next: ClientNext) => ClientNext;

/** A call on its way from the wire to its handler. */
export interface InterceptedServerCall {
  readonly method: MethodDefinition;
  /** The request message, or with `method.requestStream` the async iterable of them. */
  readonly request: unknown;
  readonly context: CallContext;
}

/** Runs the handler: the response message, or with `method.responseStream` the iterable of them. */
export type ServerNext = (call: InterceptedServerCall) => Promise<unknown>;

/** Middleware around every call that a server answers (Go: unary and stream server interceptors in one). */
export type ServerInterceptor = (next: ServerNext) => ServerNext;

/** One function of many: the first interceptor is the outermost. */
export function chain<N>(interceptors: readonly ((next: N) => N)[], last: N): N {
  return interceptors.reduceRight((next, interceptor) => interceptor(next), last);
}
