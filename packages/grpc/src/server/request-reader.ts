import type { StreamInput } from "../http2/stream-input.js";
import { deserialize } from "../messages/codec.js";
import { MessageReceiver, type ReceiverEvents } from "../messages/receiver.js";
import { type MessageSource, MessageStream } from "../messages/stream.js";
import type { MethodDefinition } from "../service/definition.js";
import { Status, StatusError } from "../status/status.js";

/** Receives a parsed request. */
export interface RequestListener {
  /** The request message, or the iterable of them. */
  onRequest(request: unknown): void;
  /** There is no valid request: the call ends with this status. */
  onBadRequest(code: Status, details: string): void;
}

/** Reads one request: a message, or a stream of them. */
export class RequestReader implements ReceiverEvents, MessageSource {
  readonly #definition: MethodDefinition;
  readonly #listener: RequestListener;
  readonly #input: StreamInput;
  readonly #receiver: MessageReceiver;
  #message: Buffer | undefined;
  #messages: MessageStream<unknown> | undefined;

  constructor(definition: MethodDefinition, input: StreamInput, maxMessageBytes: number, listener: RequestListener) {
    this.#definition = definition;
    this.#input = input;
    this.#listener = listener;
    this.#receiver = new MessageReceiver({ maxMessageBytes, encoding: undefined }, this);
  }

  start(): void {
    if (this.#definition.requestStream) {
      this.#messages = new MessageStream(this, (message) => this.#decode(message));
      this.#listener.onRequest(this.#messages);
    }
    this.#input.read(this.#receiver);
  }

  /** The call has ended: stops reading, and fails a stream of requests. */
  stop(reason: StatusError): void {
    this.#receiver.stop();
    this.#messages?.fail(reason);
  }

  onMessage(message: Buffer): void {
    if (this.#messages !== undefined) {
      this.#messages.push(message);
    } else if (this.#message === undefined) {
      this.#message = message;
    } else {
      const details = "cardinality violation: received multiple request messages for non-client-streaming RPC";
      this.#listener.onBadRequest(Status.INTERNAL, details);
    }
  }

  onBadMessage(error: StatusError): void {
    if (this.#messages === undefined) this.#listener.onBadRequest(error.code, error.details);
    else this.#messages.end(error);
  }

  onComplete(truncated: boolean): void {
    if (truncated) {
      this.onBadMessage(new StatusError(Status.INTERNAL, "unexpected EOF"));
    } else if (this.#messages !== undefined) {
      this.#messages.end();
    } else if (this.#message === undefined) {
      const details = "cardinality violation: received no request message from non-client-streaming RPC";
      this.#listener.onBadRequest(Status.INTERNAL, details);
    } else {
      this.#onOnlyMessage(this.#message);
    }
  }

  pause(): void {
    this.#receiver.pause();
    this.#input.pause();
  }

  resume(): void {
    if (this.#receiver.resume()) this.#input.resume();
  }

  /** The handler has left the requests early; the client waits until the call ends. */
  cancel(): void {
    this.pause();
  }

  #onOnlyMessage(message: Buffer): void {
    let request: unknown;
    try {
      request = this.#decode(message);
    } catch (error) {
      this.onBadMessage(StatusError.from(error));
      return;
    }
    this.#listener.onRequest(request);
  }

  /** @throws {StatusError} INTERNAL */
  #decode(message: Buffer): unknown {
    return deserialize(this.#definition.requestDeserialize, message);
  }
}
