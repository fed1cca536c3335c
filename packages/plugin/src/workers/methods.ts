import type { CallContext, CallOptions, MethodDefinition } from "@go-plugin/grpc";
import type { RpcCallContext } from "@go-plugin/proto";
import { decodeMetadata } from "./errors.js";
import type { Entries } from "./message.js";
import type { Served, ThreadCall, ThreadContext } from "./peer.js";

/** The properties of a method that a thread needs. */
export interface MethodShape {
  readonly path: string;
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

const asIs = <T>(value: T): T => value;

/** A method whose messages stay bytes: another thread reads and writes them. */
export function rawMethod({ path, requestStream, responseStream }: MethodShape): MethodDefinition {
  return {
    path,
    requestStream,
    responseStream,
    requestSerialize: asIs,
    requestDeserialize: asIs,
    responseSerialize: asIs,
    responseDeserialize: asIs,
  };
}

/** Passes a gRPC call on to another thread. */
export function forwardGrpc(
  call: (call: ThreadCall) => unknown,
  target: string,
  method: string,
  { requestStream, responseStream }: MethodShape,
) {
  return (request: unknown, context: CallContext): unknown =>
    call({
      target,
      method,
      request,
      requestStream,
      responseStream,
      metadata: [...context.metadata],
      deadline: context.deadline,
      signal: context.signal,
      onHeaders: (headers) => context.sendHeaders(decodeMetadata(headers)),
      onTrailers: (trailers) => {
        for (const [key, value] of trailers) context.trailers.append(key, value);
      },
    });
}

/** Passes a net/rpc call on to another thread. */
export function forwardNetRpc(call: (call: ThreadCall) => unknown, target: string, method: string) {
  return (request: unknown, { signal }: RpcCallContext): unknown =>
    call({ target, method, request, requestStream: false, responseStream: false, signal });
}

type Handler = (request: never, context: never) => unknown;

/** Runs a handler of gRPC on the bytes of another thread. */
export function serveGrpc(definition: MethodDefinition, handler: Handler): Served {
  return (request, thread) => {
    const context = new ThreadCallContext(definition.path, thread);
    const read = (bytes: unknown) => definition.requestDeserialize(asBuffer(bytes as Uint8Array));
    const input = definition.requestStream ? map(request as AsyncIterable<unknown>, read) : read(request);
    const output = handler(input as never, context as never);
    if (definition.responseStream) return map(output as AsyncIterable<unknown>, definition.responseSerialize);
    return Promise.resolve(output).then(definition.responseSerialize);
  };
}

/** Runs a handler of net/rpc on the values of another thread. */
export function serveNetRpc(handler: Handler): Served {
  return (request, { method, signal }) => handler(request as never, { method, signal } as never);
}

/** Makes calls of the client that another thread has. */
export function callGrpc(
  call: (call: ThreadCall) => unknown,
  target: string,
  method: string,
  definition: MethodDefinition,
) {
  const { requestStream, responseStream } = definition;
  return (request: unknown, options: CallOptions = {}): unknown => {
    const { metadata, timeoutMs, signal, onHeaders, onTrailers } = options;
    const response = call({
      target,
      method,
      request: requestStream
        ? map(request as AsyncIterable<unknown>, definition.requestSerialize)
        : definition.requestSerialize(request),
      requestStream,
      responseStream,
      metadata: metadata ? [...metadata] : [],
      deadline: timeoutMs === undefined ? undefined : Date.now() + timeoutMs,
      signal,
      ...(onHeaders && { onHeaders: (headers: Entries) => onHeaders(decodeMetadata(headers)) }),
      ...(onTrailers && { onTrailers: (trailers: Entries) => onTrailers(decodeMetadata(trailers)) }),
    });
    const read = (bytes: unknown) => definition.responseDeserialize(asBuffer(bytes as Uint8Array));
    return responseStream ? map(response as AsyncIterable<unknown>, read) : (response as Promise<unknown>).then(read);
  };
}

/** Serves calls of another thread by a client of this one. */
export function serveByClient(method: Handler): Served {
  return (request, thread) => {
    const options: CallOptions = {
      signal: thread.signal,
      metadata: decodeMetadata(thread.metadata),
      ...(thread.deadline !== undefined && { timeoutMs: Math.max(0, thread.deadline - Date.now()) }),
      onHeaders: (headers) => thread.sendHeaders([...headers]),
      onTrailers: (trailers) => {
        thread.trailers = () => [...trailers];
      },
    };
    return method(request as never, options as never);
  };
}

class ThreadCallContext implements CallContext {
  readonly method: string;
  readonly deadline: number | undefined;
  readonly signal: AbortSignal;
  readonly closed: Promise<void>;
  readonly metadata;
  readonly trailers = decodeMetadata([]);
  readonly #thread: ThreadContext;

  constructor(path: string, thread: ThreadContext) {
    this.method = path;
    this.deadline = thread.deadline;
    this.signal = thread.signal;
    this.closed = thread.closed;
    this.metadata = decodeMetadata(thread.metadata);
    this.#thread = thread;
    thread.trailers = () => [...this.trailers];
  }

  sendHeaders(headers: Parameters<CallContext["sendHeaders"]>[0]): void {
    this.#thread.sendHeaders([...headers]);
  }
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}

async function* map(values: AsyncIterable<unknown> | Iterable<unknown>, change: (value: never) => unknown) {
  for await (const value of values) yield change(value as never);
}
