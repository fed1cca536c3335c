import type { HeaderRecord, RawHeaders } from "../headers/header-list.js";
import type { Metadata } from "../headers/metadata.js";
import type { Refusal, RequestHeaders } from "../headers/request-headers.js";
import { encodeStatus, okTrailers } from "../headers/response-trailers.js";
import { DeadlineTimer } from "../headers/timeout.js";
import type { ServerStream } from "../http2/server-stream.js";
import type { StreamEvents } from "../http2/stream.js";
import { serialize } from "../messages/codec.js";
import { MessagePump } from "../messages/pump.js";
import type { CallContext } from "../service/call.js";
import type { MethodDefinition } from "../service/definition.js";
import { callEnd, callStart } from "../service/diagnostics.js";
import { isStatusError, Status, StatusError } from "../status/status.js";
import { ServerCallContext } from "./call-context.js";
import { type RequestListener, RequestReader } from "./request-reader.js";
import { ResponseWriter } from "./response-writer.js";

/** A method and its handler. */
export interface ServedMethod {
  readonly definition: MethodDefinition;
  /** Returns the response or a promise of it. */
  invoke(request: unknown, context: CallContext): unknown;
}

/** The settings that all calls of a server share. */
export interface ServerCallSettings {
  readonly maxReceiveMessageBytes: number;
  readonly maxSendMessageBytes: number;
  /** Reports a handler's error that is not a status. Never throws. */
  onError(error: unknown, path: string): void;
  /** The call has ended, and its handler too. */
  onDone(): void;
}

/** One call of a server, from its headers to its status. */
export class ServerCall implements StreamEvents, RequestListener {
  readonly context: ServerCallContext;
  readonly #stream: ServerStream;
  readonly #settings: ServerCallSettings;
  readonly #response: ResponseWriter;
  readonly #timer: DeadlineTimer | undefined;
  #served: ServedMethod | undefined;
  #request: RequestReader | undefined;
  #handler: "none" | "running" | "settled" = "none";
  #pump: MessagePump<unknown> | undefined;

  constructor(stream: ServerStream, headers: RequestHeaders, raw: RawHeaders, settings: ServerCallSettings) {
    this.#stream = stream;
    this.#settings = settings;
    this.#response = new ResponseWriter(stream);
    let deadline: number | undefined;
    if (headers.timeoutMs !== undefined) {
      deadline = Date.now() + headers.timeoutMs;
      this.#timer = new DeadlineTimer(deadline, () => this.#onDeadline());
    }
    this.context = new ServerCallContext(headers.path, deadline, raw, (metadata) =>
      this.#response.sendHeaders(metadata),
    );
    if (callStart.hasSubscribers) {
      callStart.publish({ protocol: "grpc", side: "server", method: headers.path, call: this });
    }
  }

  /** Answers a request that is not a call, or whose method is unknown. */
  refuse({ httpStatus, code, details }: Refusal): void {
    if (this.#response.ended) return;
    this.#response.refuse({
      ":status": httpStatus,
      "content-type": "application/grpc",
      "grpc-accept-encoding": "identity",
      ...encodeStatus(code, details, undefined, this.#stream.peerMaxHeaderListBytes),
    });
    this.#end(new StatusError(code, details));
  }

  /** The service could not be loaded. */
  fail(error: unknown): void {
    this.#finish(Status.INTERNAL, StatusError.from(error).details);
    this.#settings.onError(error, this.context.method);
  }

  /** Reads the request and runs the handler. */
  run(served: ServedMethod): void {
    if (this.#response.ended) return;
    this.#served = served;
    const { maxReceiveMessageBytes } = this.#settings;
    this.#request = new RequestReader(served.definition, this.#stream.input, maxReceiveMessageBytes, this);
    this.#request.start();
  }

  onDrain(): void {
    if (this.#response.onDrain()) this.#pump?.onDrain();
  }

  onClose(_errorCode: number, lost: Error | undefined): void {
    this.context.close();
    if (this.#response.ended) return;
    this.#response.abandon();
    const details = lost === undefined ? "the client cancelled the call" : "the connection to the client is lost";
    this.#end(new StatusError(Status.CANCELLED, details, undefined, lost === undefined ? undefined : { cause: lost }));
  }

  onBadRequest(code: Status, details: string): void {
    this.#finish(code, details);
  }

  onRequest(request: unknown): void {
    this.#handler = "running";
    let response: unknown;
    try {
      response = this.#served!.invoke(request, this.context);
    } catch (error) {
      this.#onThrown(error);
      return;
    }
    if (isPromise(response)) {
      response.then(
        (value) => this.#onResponse(value),
        (error) => this.#onThrown(error),
      );
    } else {
      this.#onResponse(response);
    }
  }

  #onResponse(response: unknown): void {
    if (this.#served!.definition.responseStream) void this.#sendAll(response as AsyncIterable<unknown>);
    else this.#sendOnly(response);
  }

  #onThrown(error: unknown): void {
    this.#handler = "settled";
    this.#report(error);
    const { code, details, metadata } = StatusError.from(error);
    this.#finish(code === Status.OK ? Status.UNKNOWN : code, details, metadata);
    this.#onDone();
  }

  #sendOnly(response: unknown): void {
    if (this.#response.ended) {
      this.#settle();
      return;
    }
    let message: Uint8Array;
    try {
      message = this.#encode(response);
    } catch (error) {
      this.#onThrown(error);
      return;
    }
    this.#response.sendOnly(message, this.#trailers(Status.OK, "", undefined));
    this.#handler = "settled";
    this.#end(callEnded);
    this.#onDone();
  }

  async #sendAll(responses: AsyncIterable<unknown> | Iterable<unknown>): Promise<void> {
    try {
      this.#pump = new MessagePump(
        responses,
        (response) => this.#response.send(this.#encode(response)),
        (error) => this.#report(error),
      );
      if (this.#response.ended) this.#pump.stop();
      await this.#pump.run();
    } catch (error) {
      this.#onThrown(error);
      return;
    }
    this.#finish(Status.OK, "");
    this.#settle();
  }

  /** @throws {StatusError} */
  #encode(response: unknown): Uint8Array {
    const message = this.#serialize(response);
    const { maxSendMessageBytes } = this.#settings;
    if (message.length <= maxSendMessageBytes) return message;
    const details = `trying to send message larger than max (${message.length} vs. ${maxSendMessageBytes})`;
    throw new StatusError(Status.RESOURCE_EXHAUSTED, details);
  }

  /** Reports a handler's error, unless it is a status or a reaction to the end of the call. */
  #report(error: unknown): void {
    if (isStatusError(error)) return;
    if (this.#response.ended && isAbort(error, this.context.endReason)) return;
    this.#settings.onError(error, this.context.method);
  }

  /** Encodes a response. A failure is the handler's mistake, so it is reported to the server too. */
  #serialize(response: unknown): Uint8Array {
    try {
      return serialize(this.#served!.definition.responseSerialize, response);
    } catch (cause) {
      const { method } = this.context;
      const returned = response === undefined || response === null ? "nothing" : "a value that cannot be encoded";
      const details = `${StatusError.from(cause).details}. The handler of ${method} returned ${returned}, expected a response message`;
      const error = new StatusError(Status.INTERNAL, details, undefined, { cause });
      this.#settings.onError(error, method);
      throw error;
    }
  }

  #settle(): void {
    this.#handler = "settled";
    this.#onDone();
  }

  #onDone(): void {
    this.#stream.release();
    this.#settings.onDone();
  }

  #onDeadline(): void {
    this.#finish(Status.DEADLINE_EXCEEDED, "context deadline exceeded");
  }

  #finish(code: Status, details: string, metadata?: Metadata): void {
    if (this.#response.ended) return;
    this.#response.end(this.#trailers(code, details, metadata));
    this.#end(code === Status.OK ? callEnded : new StatusError(code, details));
  }

  /** After the response has ended. */
  #end(reason: StatusError): void {
    if (callEnd.hasSubscribers) {
      const [code, details] = reason === callEnded ? [Status.OK, ""] : [reason.code, reason.details];
      callEnd.publish({ protocol: "grpc", side: "server", method: this.context.method, call: this, code, details });
    }
    this.#timer?.clear();
    this.#response.refuseRest();
    this.#request?.stop(reason);
    // Before the pump, so that an iterable that is left finds the signal aborted.
    this.context.end(reason);
    this.#pump?.stop();
    if (this.#handler === "none") this.#settle();
  }

  #trailers(code: Status, details: string, metadata: Metadata | undefined): HeaderRecord {
    const own = this.context.usedTrailers;
    if (code === Status.OK && own === undefined) return okTrailers;
    const all = own === undefined || metadata === undefined ? (own ?? metadata) : own.clone().merge(metadata);
    return encodeStatus(code, details, all, this.#stream.peerMaxHeaderListBytes);
  }
}

const callEnded = new StatusError(Status.CANCELLED, "the call has ended");

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function";
}

function isAbort(error: unknown, reason: StatusError | undefined): boolean {
  return error === reason || (error instanceof Error && error.name === "AbortError");
}
