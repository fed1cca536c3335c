import type { RawHeaders } from "../headers/header-list.js";
import type { PeerStream } from "./connection.js";
import { ErrorCode } from "./error-code.js";
import { isWellFormedResponse, isWellFormedTrailers } from "./header-rules.js";
import type { Stream, StreamEvents } from "./stream.js";
import type { StreamInput } from "./stream-input.js";
import type { StreamOutput } from "./stream-output.js";

/** Events of a response. They come on a later tick than the method that caused them, or from within it. */
export interface ClientStreamEvents extends StreamEvents {
  onHeaders(headers: RawHeaders, endStream: boolean): void;
  onTrailers(headers: RawHeaders): void;
}

/** A stream that this side has opened: a request, then its response. */
export class ClientStream implements PeerStream {
  readonly stream: Stream;
  readonly #events: ClientStreamEvents;
  #awaitsHeaders = true;

  constructor(stream: Stream, events: ClientStreamEvents) {
    this.stream = stream;
    this.#events = events;
    stream.listen(events);
  }

  get output(): StreamOutput {
    return this.stream.output;
  }

  get input(): StreamInput {
    return this.stream.input;
  }

  get awaitsHeaders(): boolean {
    return this.#awaitsHeaders;
  }

  /** Ends both halves; with NO_ERROR, once everything written has been sent. Later data is discarded. */
  reset(errorCode: number): void {
    this.stream.reset(errorCode);
  }

  /** The response is complete: the rest of the request is not sent. */
  abandon(): void {
    this.stream.abandon(ErrorCode.NO_ERROR);
  }

  receiveHeaders(headers: RawHeaders, endStream: boolean): number | undefined {
    if (!this.#awaitsHeaders) {
      if (!endStream || !isWellFormedTrailers(headers)) return ErrorCode.PROTOCOL_ERROR;
      this.#events.onTrailers(headers);
      this.input.receiveEnd();
      return undefined;
    }
    if (!isWellFormedResponse(headers)) return ErrorCode.PROTOCOL_ERROR;
    // Informational; the response follows.
    if (headers[1]!.startsWith("1")) return endStream ? ErrorCode.PROTOCOL_ERROR : undefined;
    this.#awaitsHeaders = false;
    this.#events.onHeaders(headers, endStream);
    if (endStream) this.input.receiveEnd();
    return undefined;
  }
}
