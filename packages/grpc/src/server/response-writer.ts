import type { HeaderRecord } from "../headers/header-list.js";
import type { Metadata } from "../headers/metadata.js";
import { responseHeaders } from "../headers/response-trailers.js";
import { ErrorCode } from "../http2/error-code.js";
import type { ServerStream } from "../http2/server-stream.js";
import { encodeFrame } from "../messages/framing.js";
import { MessageWriter } from "../messages/writer.js";

/** Writes one response: headers, messages, trailers. */
export class ResponseWriter {
  readonly #stream: ServerStream;
  #state: "headers" | "messages" | "ended" = "headers";
  #writer: MessageWriter | undefined;

  constructor(stream: ServerStream) {
    this.#stream = stream;
  }

  get ended(): boolean {
    return this.#state === "ended";
  }

  /** Sends the headers with metadata, unless they have been sent already. */
  sendHeaders(metadata: Metadata): void {
    if (this.#state !== "headers") return;
    const headers: HeaderRecord = { ...responseHeaders };
    metadata.writeTo(headers);
    this.#stream.respond(headers);
    this.#state = "messages";
  }

  /** Sends one of several messages. When it returns false, wait for room. */
  send(message: Uint8Array): boolean {
    if (this.#state === "ended") return true;
    this.#openMessages();
    this.#writer ??= new MessageWriter(this.#stream.output);
    return this.#writer.send(message);
  }

  /** Sends the only message and the end. */
  sendOnly(message: Uint8Array, trailers: HeaderRecord): void {
    this.#openMessages();
    this.#state = "ended";
    this.#stream.end([encodeFrame(message)], trailers);
  }

  /** Sends the end. */
  end(trailers: HeaderRecord): void {
    const headersOnly = this.#state === "headers";
    this.#state = "ended";
    if (headersOnly) this.#stream.end([], { ...responseHeaders, ...trailers });
    else this.#stream.end(this.#writer?.takePending() ?? [], trailers);
  }

  /** Answers a request that is not a call. */
  refuse(headers: HeaderRecord): void {
    this.#state = "ended";
    this.#stream.end([], headers);
  }

  /** Sends nothing more. */
  abandon(): void {
    this.#state = "ended";
  }

  /** The stream has room again. Returns true when the sender had to wait and may continue. */
  onDrain(): boolean {
    return this.#writer?.onDrain() === true;
  }

  /** Discards the rest of the request, and asks the client to send no more. */
  refuseRest(): void {
    const { input } = this.#stream;
    if (input.state === "open") this.#stream.reset(ErrorCode.NO_ERROR);
    else input.discard();
  }

  #openMessages(): void {
    if (this.#state === "headers") this.#stream.respond(responseHeaders);
    this.#state = "messages";
  }
}
