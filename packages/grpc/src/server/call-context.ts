import type { RawHeaders } from "../headers/header-list.js";
import { Metadata } from "../headers/metadata.js";
import { requestMetadata } from "../headers/request-headers.js";
import type { CallContext } from "../service/call.js";
import type { StatusError } from "../status/status.js";

/** The context that a handler gets. Most handlers use little of it, so each part is created on demand. */
export class ServerCallContext implements CallContext {
  readonly method: string;
  readonly deadline: number | undefined;
  readonly #raw: RawHeaders;
  readonly #sendHeaders: (metadata: Metadata) => void;
  #metadata: Metadata | undefined;
  #trailers: Metadata | undefined;
  #controller: AbortController | undefined;
  #endReason: StatusError | undefined;
  #isClosed = false;
  #onClosed: (() => void)[] | undefined;

  constructor(
    method: string,
    deadline: number | undefined,
    raw: RawHeaders,
    sendHeaders: (metadata: Metadata) => void,
  ) {
    this.method = method;
    this.deadline = deadline;
    this.#raw = raw;
    this.#sendHeaders = sendHeaders;
  }

  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#endReason !== undefined) this.#controller.abort(this.#endReason);
    }
    return this.#controller.signal;
  }

  get metadata(): Metadata {
    this.#metadata ??= requestMetadata(this.#raw);
    return this.#metadata;
  }

  get trailers(): Metadata {
    this.#trailers ??= new Metadata();
    return this.#trailers;
  }

  get closed(): Promise<void> {
    if (this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#onClosed ??= [];
      this.#onClosed.push(resolve);
    });
  }

  sendHeaders(metadata: Metadata): void {
    this.#sendHeaders(metadata);
  }

  /** The trailers, if the handler has used them. */
  get usedTrailers(): Metadata | undefined {
    return this.#trailers;
  }

  get endReason(): StatusError | undefined {
    return this.#endReason;
  }

  /** Parses the metadata now if that can fail. @throws {TypeError} for a `-bin` header that is not base64. */
  checkMetadata(): void {
    for (let i = 0; i < this.#raw.length; i += 2) {
      if (this.#raw[i]!.endsWith("-bin")) {
        this.#metadata = requestMetadata(this.#raw);
        return;
      }
    }
  }

  /** The call has ended. */
  end(reason: StatusError): void {
    this.#endReason = reason;
    this.#controller?.abort(reason);
  }

  /** The call has left its connection. */
  close(): void {
    this.#isClosed = true;
    for (const resolve of this.#onClosed ?? []) resolve();
  }
}
