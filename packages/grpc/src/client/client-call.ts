import { type HeaderRecord, headerListSize, type RawHeaders } from "../headers/header-list.js";
import { Metadata } from "../headers/metadata.js";
import { isGrpcContentType, parseResponseHeaders, type ResponseHeaders } from "../headers/response-headers.js";
import { decodeStatusMessage } from "../headers/status-message.js";
import { DeadlineTimer, formatTimeout } from "../headers/timeout.js";
import type { ClientStream, ClientStreamEvents } from "../http2/client-stream.js";
import type { ClientTransport } from "../http2/client-transport.js";
import { ErrorCode, errorCodeName } from "../http2/error-code.js";
import type { StreamProgress } from "../http2/stream.js";
import { encodeFrame } from "../messages/framing.js";
import { MessageReceiver, type ReceiverEvents } from "../messages/receiver.js";
import { MessageWriter } from "../messages/writer.js";
import type { Call, CallListener, CallStart, CallStatus } from "../service/call.js";
import { callEnd, callStart } from "../service/diagnostics.js";
import { Status, StatusError } from "../status/status.js";
import { describeHttpResponse, httpStatusToCode, resetToCode } from "./response-status.js";

/** The settings that all calls of a channel share. */
export interface CallSettings {
  readonly authority: string;
  readonly maxReceiveMessageBytes: number;
  readonly maxSendMessageBytes: number;
  /** Opens a call again, on the next transport. Returns false if the channel is closed. */
  reopen(call: ClientCall): boolean;
}

/** A call whose request is larger than this is not sent again (grpc-go: `defaultMaxCallRetryBufferSize`). */
const maxReplayBytes = 256 * 1024;
/** The number of times that a call no server has seen is sent: a server that only refuses must not keep us busy. */
const maxAttempts = 10;

/** One call of a client. While it waits for its connection, it keeps what is sent. */
export class ClientCall implements Call, ClientStreamEvents, ReceiverEvents {
  #stream: ClientStream | undefined;
  /** Made for the first message, unless that is also the last. */
  #writer: MessageWriter | undefined;
  #receiver: MessageReceiver | undefined;
  #request: "open" | "half-closed" = "open";
  #response: "headers" | "messages" | "ended" = "headers";
  #trailers: ResponseHeaders | undefined;
  #paused = false;
  /** The messages sent so far, while the call may have to be sent again. */
  #sent: Uint8Array[] | undefined;
  #sentBytes = 0;
  #attempts = 1;
  /** The call cannot be sent again: the server has answered, or its request is too large. */
  #committed = false;
  readonly #timer: DeadlineTimer | undefined;
  /** Called if the call ends while it waits for its connection. */
  onEndedWaiting: ((call: ClientCall) => void) | undefined;

  readonly #path: string;
  readonly #start: CallStart;
  readonly #listener: CallListener;
  readonly #settings: CallSettings;

  constructor(path: string, start: CallStart, listener: CallListener, settings: CallSettings) {
    this.#path = path;
    this.#start = start;
    this.#listener = listener;
    this.#settings = settings;
    if (start.deadline !== undefined) this.#timer = new DeadlineTimer(start.deadline, () => this.#onDeadline());
    if (callStart.hasSubscribers) callStart.publish({ protocol: "grpc", side: "client", method: path, call: this });
  }

  /** Starts the call on a transport. */
  open(transport: ClientTransport): void {
    if (this.#response === "ended") return;
    try {
      this.#stream = transport.request(this.#requestHeaders(transport), this);
    } catch (error) {
      if (error instanceof StatusError) this.#finish(error.code, error.details, undefined, error);
      else this.#lose(error as Error, "unsent");
      return;
    }
    if (this.#paused) this.#stream.input.pause();
    if (this.#request === "half-closed") this.#stream.output.end(this.#writer?.takePending() ?? []);
    else if (this.#writer?.attach(this.#stream.output) === true) this.#listener.onDrain?.();
  }

  sendMessage(message: Uint8Array): boolean {
    if (!this.#sendable(message)) return true;
    this.#keep(message);
    this.#writer ??= new MessageWriter(this.#stream?.output);
    return this.#writer.send(message);
  }

  sendLastMessage(message: Uint8Array): void {
    if (!this.#sendable(message)) return;
    this.#keep(message);
    if (this.#stream !== undefined && this.#writer === undefined) {
      this.#request = "half-closed";
      this.#stream.output.end([encodeFrame(message)]);
      return;
    }
    this.#writer ??= new MessageWriter(this.#stream?.output);
    this.#writer.append(message);
    this.halfClose();
  }

  halfClose(): void {
    if (this.#response === "ended" || this.#request === "half-closed") return;
    this.#request = "half-closed";
    this.#stream?.output.end(this.#writer?.takePending() ?? []);
  }

  cancel(code: Status, details: string, cause?: unknown): void {
    this.#finish(code, details, undefined, cause);
  }

  pause(): void {
    this.#paused = true;
    this.#receiver?.pause();
    // After the trailers everything is read: the connection may be gone before the reader continues.
    if (this.#trailers === undefined) this.#stream?.input.pause();
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    if (this.#receiver?.resume() !== false) this.#stream?.input.resume();
  }

  onHeaders(raw: RawHeaders, endStream: boolean): void {
    if (this.#response !== "headers") return;
    this.#commit();
    const headers = this.#parse(raw);
    if (headers === undefined) return;
    if (!isGrpcContentType(headers.contentType)) {
      const details = describeHttpResponse(headers.httpStatus, headers.contentType);
      this.#finish(httpStatusToCode(headers.httpStatus), details, undefined, undefined, ErrorCode.PROTOCOL_ERROR);
      return;
    }
    this.#response = "messages";
    const limits = { maxMessageBytes: this.#settings.maxReceiveMessageBytes, encoding: headers.encoding };
    this.#receiver = new MessageReceiver(limits, this);
    if (endStream) this.#trailers = headers;
    else this.#listener.onHeaders?.(headers.metadata ?? new Metadata());
    if (this.#paused) this.#receiver.pause();
    this.#stream!.input.read(this.#receiver);
  }

  onTrailers(raw: RawHeaders): void {
    if (this.#response === "ended") return;
    this.#trailers = this.#parse(raw);
    if (this.#paused) this.#stream?.input.resume();
  }

  onDrain(): void {
    if (this.#writer?.onDrain() === true && this.#response !== "ended") this.#listener.onDrain?.();
  }

  onClose(errorCode: number, lost: Error | undefined, progress: StreamProgress): void {
    if (this.#response === "ended" || this.#stream?.input.state === "read") return;
    if (lost !== undefined) {
      this.#lose(lost, progress);
    } else if (this.#trailers !== undefined) {
      // The peer has sent everything and accepts no more.
      this.#receiver?.onEnd();
    } else if (progress === "seen" || !this.#retry()) {
      const details = `stream terminated by RST_STREAM with error code: ${errorCodeName(errorCode)}`;
      this.#finish(this.#resetStatus(errorCode), details);
    }
  }

  onMessage(message: Buffer): void {
    this.#listener.onMessage(message);
  }

  onBadMessage(error: StatusError): void {
    this.#finish(error.code, error.details);
  }

  onComplete(truncated: boolean): void {
    if (this.#trailers === undefined) {
      this.#finish(Status.INTERNAL, "server closed the stream without sending trailers");
      return;
    }
    const { code, details } = readStatus(this.#trailers);
    if (code === Status.OK && truncated) this.#finish(Status.INTERNAL, "unexpected EOF", this.#trailers.metadata);
    else this.#finish(code, details, this.#trailers.metadata);
  }

  #lose(error: Error, progress: StreamProgress): void {
    if (progress !== "seen" && this.#retry()) return;
    const { code, details } = unavailable(error);
    this.#finish(code, details, undefined, error);
  }

  /** Sends the call again from its beginning (gRFC A6, transparent retry). Returns false if that is not possible. */
  #retry(): boolean {
    if (this.#committed || this.#response !== "headers" || this.#attempts >= maxAttempts) return false;
    this.#attempts++;
    this.#stream = undefined;
    if (this.#sent !== undefined) {
      this.#writer ??= new MessageWriter(undefined);
      this.#writer.restart(this.#sent);
    }
    return this.#settings.reopen(this);
  }

  #keep(message: Uint8Array): void {
    if (this.#committed) return;
    this.#sentBytes += message.length;
    if (this.#sentBytes > maxReplayBytes) this.#commit();
    else if (this.#sent === undefined) this.#sent = [message];
    else this.#sent.push(message);
  }

  #commit(): void {
    this.#committed = true;
    this.#sent = undefined;
  }

  #sendable(message: Uint8Array): boolean {
    if (this.#response === "ended" || this.#request === "half-closed") return false;
    const { maxSendMessageBytes } = this.#settings;
    if (message.length <= maxSendMessageBytes) return true;
    const details = `trying to send message larger than max (${message.length} vs. ${maxSendMessageBytes})`;
    this.#finish(Status.RESOURCE_EXHAUSTED, details);
    return false;
  }

  #requestHeaders(transport: ClientTransport): HeaderRecord {
    const { metadata, deadline } = this.#start;
    const headers: HeaderRecord = {
      ":method": "POST",
      ":scheme": transport.scheme,
      ":authority": this.#settings.authority,
      ":path": this.#path,
      te: "trailers",
      "content-type": "application/grpc",
      "user-agent": "go-plugin-typescript",
    };
    if (deadline !== undefined) headers["grpc-timeout"] = formatTimeout(deadline - Date.now());
    if (metadata === undefined || metadata.size === 0) return headers;
    metadata.writeTo(headers);
    const { peerMaxHeaderListBytes } = transport;
    if (headerListSize(headers) > peerMaxHeaderListBytes) {
      const details = `header list size to send violates the maximum size (${peerMaxHeaderListBytes} bytes) set by server`;
      throw new StatusError(Status.INTERNAL, details);
    }
    return headers;
  }

  #parse(raw: RawHeaders): ResponseHeaders | undefined {
    try {
      return parseResponseHeaders(raw);
    } catch (error) {
      const details = `transport: ${(error as Error).message}`;
      this.#finish(Status.INTERNAL, details, undefined, error, ErrorCode.PROTOCOL_ERROR);
      return undefined;
    }
  }

  #resetStatus(errorCode: number): Status {
    const code = resetToCode(errorCode);
    const { deadline } = this.#start;
    // The server's timer fired first: it cancels a call whose deadline has passed.
    if (code === Status.CANCELLED && deadline !== undefined && deadline <= Date.now()) return Status.DEADLINE_EXCEEDED;
    return code;
  }

  #onDeadline(): void {
    this.#finish(Status.DEADLINE_EXCEEDED, "the call did not end before its deadline");
  }

  #finish(
    code: Status,
    details: string,
    metadata?: Metadata,
    cause?: unknown,
    errorCode: number = ErrorCode.CANCEL,
  ): void {
    if (this.#response === "ended") return;
    const received = this.#stream?.input.state === "read";
    this.#response = "ended";
    this.#receiver?.stop();
    this.#timer?.clear();
    if (!received) this.#stream?.reset(errorCode);
    else this.#stream?.abandon();
    if (this.#stream === undefined) this.onEndedWaiting?.(this);
    if (callEnd.hasSubscribers) {
      callEnd.publish({ protocol: "grpc", side: "client", method: this.#path, call: this, code, details });
    }
    const unsent = code === Status.UNAVAILABLE && this.#stream === undefined;
    this.#listener.onStatus(new EndedStatus(code, details, metadata, cause, unsent));
  }
}

function readStatus(trailers: ResponseHeaders): { readonly code: Status; readonly details: string } {
  const { grpcStatus } = trailers;
  const details = decodeStatusMessage(trailers.grpcMessage);
  if (grpcStatus === "0") return { code: Status.OK, details };
  if (grpcStatus === undefined) {
    return { code: Status.UNKNOWN, details: details || "the response ended without a grpc-status" };
  }
  // An unknown status code is passed on unchanged.
  if (/^\d{1,9}$/.test(grpcStatus)) return { code: Number(grpcStatus) as Status, details };
  return { code: Status.UNKNOWN, details: `transport: malformed grpc-status: ${JSON.stringify(grpcStatus)}` };
}

/** Creates its empty metadata on demand. */
class EndedStatus implements CallStatus {
  #received: Metadata | undefined;

  constructor(
    readonly code: Status,
    readonly details: string,
    received: Metadata | undefined,
    readonly cause: unknown,
    readonly unsent: boolean,
  ) {
    this.#received = received;
  }

  get metadata(): Metadata {
    this.#received ??= new Metadata();
    return this.#received;
  }
}

/** The failure of a call whose connection was never made, or was lost. */
export function unavailable(error: Error): StatusError {
  return new StatusError(Status.UNAVAILABLE, `connection error: ${error.message}`, undefined, { cause: error });
}
