import { type HeaderRecord, Metadata, type RawHeaders } from "../headers/metadata.js";
import { type Refusal, type RequestHeaders, requestMetadata } from "../headers/request-headers.js";
import { encodeStatus, okTrailers, responseHeaders } from "../headers/response-trailers.js";
import { DeadlineTimer } from "../headers/timeout.js";
import { ErrorCode } from "../http2/error-code.js";
import type { IncomingStream, StreamEvents } from "../http2/transport.js";
import { deserialize, serialize } from "../messages/codec.js";
import { encodeFrame } from "../messages/framing.js";
import { MessagePump } from "../messages/pump.js";
import { MessageReceiver, type ReceiverEvents } from "../messages/receiver.js";
import { type MessageSource, MessageStream } from "../messages/stream.js";
import { MessageWriter } from "../messages/writer.js";
import type { CallContext } from "../service/call.js";
import type { MethodDefinition } from "../service/definition.js";
import { isStatusError, Status, StatusError } from "../status/status.js";

/** A method with what serves it. */
export interface ServedMethod {
  readonly definition: MethodDefinition;
  /** The response or a promise of it. */
  invoke(request: unknown, context: CallContext): unknown;
}

/** What all calls of a server have in common. */
export interface ServerCallSettings {
  readonly maxReceiveMessageBytes: number;
  readonly maxSendMessageBytes: number;
  /** Told what a handler throws that is no status. Never throws. */
  onError(error: unknown, path: string): void;
  /** The call has ended, and its handler too. */
  onDone(): void;
}

/** One call of a server. It is its handler's context as well. */
export class ServerCall implements CallContext, StreamEvents, ReceiverEvents, MessageSource {
  readonly method: string;
  readonly deadline: number | undefined;
  readonly #timer: DeadlineTimer | undefined;
  #served: ServedMethod | undefined;
  #receiver: MessageReceiver | undefined;
  #request: "open" | "received" = "open";
  #response: "headers" | "messages" | "ended" = "headers";
  #handler: "none" | "running" | "settled" = "none";
  /** The request of a unary call. */
  #message: Buffer | undefined;
  #requests: MessageStream<unknown> | undefined;
  #writer: MessageWriter | undefined;
  #pump: MessagePump<unknown> | undefined;
  #controller: AbortController | undefined;
  #endReason: StatusError | undefined;
  #receivedMetadata: Metadata | undefined;
  #ownTrailers: Metadata | undefined;
  #isClosed = false;
  #onClosed: (() => void)[] | undefined;

  readonly #stream: IncomingStream;
  readonly #raw: RawHeaders;
  readonly #settings: ServerCallSettings;

  constructor(stream: IncomingStream, headers: RequestHeaders, raw: RawHeaders, settings: ServerCallSettings) {
    this.#stream = stream;
    this.#raw = raw;
    this.#settings = settings;
    this.method = headers.path;
    if (headers.timeoutMs !== undefined) {
      this.deadline = Date.now() + headers.timeoutMs;
      this.#timer = new DeadlineTimer(this.deadline, () => this.#onDeadline());
    }
  }

  // For the handler

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#endReason !== undefined) this.#controller.abort(this.#endReason);
    }
    return this.#controller.signal;
  }

  get metadata(): Metadata {
    this.#receivedMetadata ??= requestMetadata(this.#raw);
    return this.#receivedMetadata;
  }

  get trailers(): Metadata {
    this.#ownTrailers ??= new Metadata();
    return this.#ownTrailers;
  }

  get closed(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onClosed ??= [];
      this.#onClosed.push(resolve);
    });
  }

  sendHeaders(metadata: Metadata): void {
    if (this.#response !== "headers") return;
    const headers: HeaderRecord = { ...responseHeaders };
    metadata.writeTo(headers);
    this.#stream.respond(headers);
    this.#response = "messages";
  }

  // For the server

  /** Answers a request that is no call, or one that nothing serves. */
  refuse({ httpStatus, code, details }: Refusal): void {
    if (this.#response === "ended") return;
    const headers: HeaderRecord = {
      ":status": httpStatus,
      "content-type": "application/grpc",
      "grpc-accept-encoding": "identity",
      ...encodeStatus(code, details, undefined, this.#stream.peerMaxHeaderListBytes),
    };
    this.#stream.respondOnly(headers);
    this.#end(new StatusError(code, details));
  }

  /** Reads the metadata now if that can fail. @throws TypeError for a `-bin` header that is not base64. */
  checkMetadata(): void {
    for (let i = 0; i < this.#raw.length; i += 2) {
      if (this.#raw[i]!.endsWith("-bin")) {
        this.#receivedMetadata = requestMetadata(this.#raw);
        return;
      }
    }
  }

  /** The service could not be loaded. */
  fail(error: unknown): void {
    this.#finish(Status.INTERNAL, StatusError.from(error).details);
    this.#settings.onError(error, this.method);
  }

  /** Nothing is read until `run`. */
  wait(): void {
    this.#stream.pause();
  }

  run(served: ServedMethod): void {
    if (this.#response === "ended") return;
    this.#served = served;
    this.#receiver = new MessageReceiver(
      { maxMessageBytes: this.#settings.maxReceiveMessageBytes, encoding: undefined },
      this,
    );
    if (served.definition.requestStream) {
      this.#requests = new MessageStream(this, (message) => this.#read(message));
      this.#invoke(this.#requests);
    }
    this.#stream.resume();
  }

  // The stream

  onHeaders(): void {}

  onTrailers(): void {}

  onData(chunk: Buffer): void {
    this.#receiver?.push(chunk);
  }

  onEnd(): void {
    this.#request = "received";
    this.#receiver?.end();
  }

  onDrain(): void {
    if (this.#writer?.onDrain() === true) this.#pump?.onDrain();
  }

  onClose(_errorCode: number, lost: Error | undefined): void {
    this.#isClosed = true;
    for (const resolve of this.#onClosed ?? []) resolve();
    if (this.#response === "ended") return;
    const details = lost === undefined ? "the client cancelled the call" : "the connection to the client is lost";
    this.#end(new StatusError(Status.CANCELLED, details, undefined, lost === undefined ? undefined : { cause: lost }));
  }

  // The request

  onMessage(message: Buffer): void {
    if (this.#requests !== undefined) {
      this.#requests.push(message);
    } else if (this.#message === undefined) {
      this.#message = message;
    } else {
      const details = "cardinality violation: received multiple request messages for non-client-streaming RPC";
      this.#finish(Status.INTERNAL, details);
    }
  }

  onBadMessage(error: StatusError): void {
    if (this.#requests === undefined) this.#finish(error.code, error.details);
    else this.#requests.end(error);
  }

  onComplete(truncated: boolean): void {
    if (truncated) {
      this.onBadMessage(new StatusError(Status.INTERNAL, "unexpected EOF"));
    } else if (this.#requests !== undefined) {
      this.#requests.end();
    } else if (this.#message === undefined) {
      const details = "cardinality violation: received no request message from non-client-streaming RPC";
      this.#finish(Status.INTERNAL, details);
    } else {
      this.#invokeWithMessage(this.#message);
    }
  }

  pause(): void {
    this.#receiver?.pause();
    this.#stream.pause();
  }

  resume(): void {
    if (this.#receiver?.resume() === true) this.#stream.resume();
  }

  /** The handler has left the requests early: the client waits until the call ends. */
  cancel(): void {
    this.pause();
  }

  // The handler

  #invokeWithMessage(message: Buffer): void {
    let request: unknown;
    try {
      request = this.#read(message);
    } catch (error) {
      const { code, details } = StatusError.from(error);
      this.#finish(code, details);
      return;
    }
    this.#invoke(request);
  }

  #invoke(request: unknown): void {
    this.#handler = "running";
    let response: unknown;
    try {
      response = this.#served!.invoke(request, this);
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
    if (this.#isNews(error)) this.#settings.onError(error, this.method);
    const { code, details, metadata } = StatusError.from(error);
    this.#finish(code === Status.OK ? Status.UNKNOWN : code, details, metadata);
    this.#settings.onDone();
  }

  #sendOnly(response: unknown): void {
    if (this.#response === "ended") {
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
    if (this.#response === "headers") this.#stream.respond(responseHeaders);
    this.#response = "messages";
    this.#stream.endWithTrailers([encodeFrame(message)], this.#statusTrailers(Status.OK, "", undefined));
    this.#handler = "settled";
    this.#end(callEnded);
    this.#settings.onDone();
  }

  async #sendAll(responses: AsyncIterable<unknown> | Iterable<unknown>): Promise<void> {
    try {
      this.#pump = new MessagePump(
        responses,
        (response) => this.#send(response),
        (error) => {
          if (this.#isNews(error)) this.#settings.onError(error, this.method);
        },
      );
      if (this.#response === "ended") this.#pump.stop();
      await this.#pump.run();
    } catch (error) {
      this.#onThrown(error);
      return;
    }
    this.#finish(Status.OK, "");
    this.#settle();
  }

  #send(response: unknown): boolean {
    const message = this.#encode(response);
    if (this.#response === "ended") return true;
    if (this.#response === "headers") this.#stream.respond(responseHeaders);
    this.#response = "messages";
    this.#writer ??= new MessageWriter(this.#stream);
    return this.#writer.send(message);
  }

  /** @throws StatusError */
  #encode(response: unknown): Uint8Array {
    const message = serialize(this.#served!.definition.responseSerialize, response);
    const { maxSendMessageBytes } = this.#settings;
    if (message.length <= maxSendMessageBytes) return message;
    const details = `trying to send message larger than max (${message.length} vs. ${maxSendMessageBytes})`;
    throw new StatusError(Status.RESOURCE_EXHAUSTED, details);
  }

  /** @throws StatusError INTERNAL */
  #read(message: Buffer): unknown {
    return deserialize(this.#served!.definition.requestDeserialize, message);
  }

  #isNews(error: unknown): boolean {
    if (isStatusError(error)) return false;
    // What a handler throws because it was told to stop is none.
    return this.#response !== "ended" || !isAbort(error, this.#endReason);
  }

  #settle(): void {
    this.#handler = "settled";
    this.#settings.onDone();
  }

  // The end

  #onDeadline(): void {
    this.#finish(Status.DEADLINE_EXCEEDED, "context deadline exceeded");
  }

  #finish(code: Status, details: string, metadata?: Metadata): void {
    if (this.#response === "ended") return;
    const trailers = this.#statusTrailers(code, details, metadata);
    if (this.#response === "headers") this.#stream.respondOnly({ ...responseHeaders, ...trailers });
    else this.#stream.endWithTrailers(this.#writer?.takePending() ?? [], trailers);
    this.#end(code === Status.OK ? callEnded : new StatusError(code, details));
  }

  #end(reason: StatusError): void {
    if (this.#response === "ended") return;
    this.#response = "ended";
    this.#endReason = reason;
    this.#timer?.clear();
    this.#receiver?.stop();
    // What the client still sends is not wanted.
    if (this.#request === "open") this.#stream.reset(ErrorCode.NO_ERROR);
    this.#requests?.fail(reason);
    // Before the pump: whatever the iterable does when it is left, it sees that the call has ended.
    this.#controller?.abort(reason);
    this.#pump?.stop();
    if (this.#handler === "none") this.#settle();
  }

  #statusTrailers(code: Status, details: string, metadata: Metadata | undefined): HeaderRecord {
    if (code === Status.OK && this.#ownTrailers === undefined) return okTrailers;
    const own =
      this.#ownTrailers === undefined ? metadata : this.#ownTrailers.clone().merge(metadata ?? new Metadata());
    return encodeStatus(code, details, own, this.#stream.peerMaxHeaderListBytes);
  }
}

const callEnded = new StatusError(Status.CANCELLED, "the call has ended");

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function";
}

function isAbort(error: unknown, reason: StatusError | undefined): boolean {
  return error === reason || (error instanceof Error && error.name === "AbortError");
}
