import { setMaxListeners } from "node:events";
import { Metadata } from "../headers/metadata.js";
import { deserialize, serialize } from "../messages/codec.js";
import { MessagePump } from "../messages/pump.js";
import { type MessageSource, MessageStream } from "../messages/stream.js";
import type { Call, CallListener, CallOptions, CallStart, CallStatus } from "../service/call.js";
import {
  type MethodDefinition,
  methodName,
  type ServiceClient,
  type ServiceDefinition,
} from "../service/definition.js";
import { interceptedRequest, interceptedResponse, runIntercepted } from "../service/intercept.js";
import { type ClientInterceptor, type ClientNext, chain } from "../service/interceptor.js";
import { showCaller } from "../status/caller.js";
import { Status, StatusError } from "../status/status.js";
import type { Channel } from "./channel.js";
import { markUnsent } from "./unsent.js";

/** Options of a client. */
export interface ClientOptions {
  /** Middleware around every call of this client, inside of the channel's. @default none */
  readonly interceptors?: readonly ClientInterceptor[];
}

type Invoke = (request: unknown, options?: CallOptions) => unknown;

/** A typed client of a service on a channel. Go: the generated NewXClient. Its methods reject with `StatusError`. */
export function createClient<S extends ServiceDefinition>(
  channel: Channel,
  service: S,
  options: ClientOptions = {},
): ServiceClient<S> {
  const interceptors = [...channel.interceptors, ...(options.interceptors ?? [])];
  const client: Record<string, Invoke> = {};
  for (const [key, method] of Object.entries(service)) {
    const invoke = directInvoke(channel, method);
    client[methodName(key)] = interceptors.length === 0 ? invoke : interceptedInvoke(method, invoke, interceptors);
  }
  return client as ServiceClient<S>;
}

function directInvoke(channel: Channel, method: MethodDefinition): Invoke {
  return method.responseStream
    ? (request, options) => new ResponseStream(channel, method, request, options).messages
    : async (request, options) => {
        try {
          return await new SingleResponse(channel, method, request, options).promise;
        } catch (error) {
          throw withCaller(error, method);
        }
      };
}

/** Adds the caller's stack to a failed call's error, which was created where the answer arrived. */
function withCaller(error: unknown, method: MethodDefinition): unknown {
  return error instanceof StatusError ? nameMethod(showCaller(error), method) : error;
}

function nameMethod(error: StatusError, { path }: MethodDefinition): StatusError {
  return Object.defineProperty(error, "method", { value: path, enumerable: true, configurable: true });
}

function interceptedInvoke(
  method: MethodDefinition,
  invoke: Invoke,
  interceptors: readonly ClientInterceptor[],
): Invoke {
  const last: ClientNext = (call) => runIntercepted(method, call, (request) => invoke(request, call.options));
  const next = chain(interceptors, last);
  const start = async (request: unknown, options: CallOptions | undefined) => {
    const metadata = options?.metadata?.clone() ?? new Metadata();
    const call = { method, ...interceptedRequest(method, request), options: { ...options, metadata } };
    return interceptedResponse(method, await next(call));
  };
  if (!method.responseStream) return start;
  return async function* (request, options) {
    try {
      yield* (await start(request, options)) as AsyncIterable<unknown>;
    } catch (error) {
      throw showCaller(error);
    }
  };
}

/** A call of either kind of response: sends the request, and handles the caller's signal, headers and trailers. */
abstract class Invocation implements CallListener {
  protected call: Call | undefined;
  #pump: MessagePump<unknown> | undefined;
  #onAbort: (() => void) | undefined;
  #ended = false;
  readonly onHeaders: CallListener["onHeaders"];

  readonly #method: MethodDefinition;
  readonly #options: CallOptions | undefined;

  constructor(method: MethodDefinition, options: CallOptions | undefined) {
    this.#method = method;
    this.#options = options;
    this.onHeaders = options?.onHeaders;
  }

  abstract onMessage(message: Buffer): void;
  protected abstract onOk(): void;
  protected abstract onError(error: StatusError): void;

  protected start(channel: Channel, request: unknown): void {
    const method = this.#method;
    const options = this.#options;
    if (options?.signal?.aborted === true) {
      this.onError(abortError(options.signal.reason));
      return;
    }
    let message: Uint8Array | undefined;
    if (!method.requestStream) {
      try {
        message = serialize(method.requestSerialize, request);
      } catch (error) {
        this.onError(StatusError.from(error));
        return;
      }
    }
    const call = channel.startCall(method.path, callStart(options), this);
    this.call = call;
    if (this.#ended) return;
    if (options?.signal !== undefined) this.#watch(options.signal, call);
    if (message !== undefined) call.sendLastMessage(message);
    else void this.#sendAll(call, request as AsyncIterable<unknown> | Iterable<unknown>);
  }

  onDrain(): void {
    this.#pump?.onDrain();
  }

  onStatus(status: CallStatus): void {
    this.#ended = true;
    this.#pump?.stop();
    if (this.#onAbort !== undefined) this.#options?.signal?.removeEventListener("abort", this.#onAbort);
    this.#options?.onTrailers?.(status.metadata);
    if (status.code === Status.OK) this.onOk();
    else this.onError(statusError(status));
  }

  /** @throws {StatusError} INTERNAL */
  protected read(message: Buffer): unknown {
    return deserialize(this.#method.responseDeserialize, message);
  }

  #watch(signal: AbortSignal, call: Call): void {
    this.#onAbort = () => {
      const { code, details, cause } = abortError(signal.reason);
      call.cancel(code, details, cause);
    };
    // One signal may limit any number of calls.
    setMaxListeners(0, signal);
    signal.addEventListener("abort", this.#onAbort, { once: true });
  }

  async #sendAll(call: Call, request: AsyncIterable<unknown> | Iterable<unknown>): Promise<void> {
    const { requestSerialize } = this.#method;
    try {
      // When the requests are left early, the caller already has the call's error.
      this.#pump = new MessagePump(request, (value) => call.sendMessage(serialize(requestSerialize, value)), ignore);
      await this.#pump.run();
      call.halfClose();
    } catch (error) {
      const { code, details } = StatusError.from(error);
      call.cancel(code, details, error);
    }
  }
}

class SingleResponse extends Invocation {
  readonly promise: Promise<unknown>;
  #resolve!: (value: unknown) => void;
  #reject!: (error: StatusError) => void;
  #message: Buffer | undefined;

  constructor(channel: Channel, method: MethodDefinition, request: unknown, options: CallOptions | undefined) {
    super(method, options);
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    this.start(channel, request);
  }

  onMessage(message: Buffer): void {
    if (this.#message === undefined) {
      this.#message = message;
      return;
    }
    const details = "cardinality violation: expected <EOF> for non server-streaming RPCs, but received another message";
    this.call?.cancel(Status.INTERNAL, details);
  }

  protected onOk(): void {
    if (this.#message === undefined) {
      const details = "cardinality violation: received no response message from non-server-streaming RPC";
      this.#reject(new StatusError(Status.INTERNAL, details));
      return;
    }
    try {
      this.#resolve(this.read(this.#message));
    } catch (error) {
      this.#reject(StatusError.from(error));
    }
  }

  protected onError(error: StatusError): void {
    this.#reject(error);
  }
}

class ResponseStream extends Invocation implements MessageSource {
  readonly messages: MessageStream<unknown>;

  readonly #channel: Channel;
  readonly #method: MethodDefinition;
  readonly #request: unknown;

  constructor(channel: Channel, method: MethodDefinition, request: unknown, options: CallOptions | undefined) {
    super(method, options);
    this.#channel = channel;
    this.#method = method;
    this.#request = request;
    this.messages = new MessageStream(this, (message) => this.#readNext(message));
  }

  // Starts the call only now: a stream that nobody iterates must not stay open.
  onFirstRead(): void {
    this.start(this.#channel, this.#request);
  }

  pause(): void {
    this.call?.pause();
  }

  resume(): void {
    this.call?.resume();
  }

  cancel(error: Error | undefined): void {
    if (error instanceof StatusError) this.call?.cancel(error.code, error.details, error);
    else this.call?.cancel(Status.CANCELLED, "the stream of responses was left early");
  }

  onMessage(message: Buffer): void {
    this.messages.push(message);
  }

  #readNext(message: Buffer): unknown {
    try {
      return this.read(message);
    } catch (error) {
      throw nameMethod(StatusError.from(error), this.#method);
    }
  }

  protected onOk(): void {
    this.messages.end();
  }

  protected onError(error: StatusError): void {
    this.messages.end(nameMethod(error, this.#method));
  }
}

function callStart(options: CallOptions | undefined): CallStart {
  const timeoutMs = options?.timeoutMs ?? Number.POSITIVE_INFINITY;
  const deadline = timeoutMs === Number.POSITIVE_INFINITY ? undefined : Date.now() + timeoutMs;
  return { metadata: options?.metadata, deadline };
}

function statusError({ code, details, metadata, cause, unsent }: CallStatus): StatusError {
  const error = new StatusError(code, details, metadata, cause === undefined ? undefined : { cause });
  if (unsent) markUnsent(error);
  return error;
}

/** The error of AbortSignal.timeout() is a deadline that the peer does not know. */
function abortError(reason: unknown): StatusError {
  return reason instanceof Error && reason.name === "TimeoutError"
    ? new StatusError(Status.DEADLINE_EXCEEDED, "the call did not end before its signal's timeout", undefined, {
        cause: reason,
      })
    : new StatusError(Status.CANCELLED, "the call was cancelled by its signal", undefined, { cause: reason });
}

function ignore(): void {}
