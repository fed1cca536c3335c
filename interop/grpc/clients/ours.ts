import { connect } from "node:net";
import { Channel, createClient, Metadata, StatusError } from "@go-plugin/grpc";
import type { Behaviour } from "../behaviour.js";
import type { Action_Entry, Message } from "../gen/behaviour.js";
import { toEntries } from "../outcome.js";
import type { Connection, GenericMethod, LiveCall } from "../run-behaviour.js";
import { Queue } from "./queue.js";

export function openChannel(socket: string, limits: Behaviour["client"]): Channel {
  return new Channel(() => connect(socket), {
    ...(limits?.maxReceive !== undefined && { maxReceiveMessageBytes: limits.maxReceive }),
    ...(limits?.maxSend !== undefined && { maxSendMessageBytes: limits.maxSend }),
  });
}

/** The promises and iterables of `createClient`. */
export function connectOurs(socket: string, limits: Behaviour["client"]): Connection {
  const channel = openChannel(socket, limits);
  return {
    start: (method, metadata, timeoutMs) => new OurCall(channel, method, metadata, timeoutMs),
    close: () => channel.destroy(),
  };
}

type Response = Promise<Message> | AsyncIterable<Message>;

class OurCall implements LiveCall {
  readonly #requests: Queue<Message> | undefined;
  readonly #invoke: (request: unknown) => void;
  readonly #abort = new AbortController();
  #next: (() => Promise<Message | undefined>) | undefined;
  /** The next message, once requested: requesting it starts the call of a server stream. */
  #asked: Promise<Message | undefined> | undefined;
  #resolveHeaders!: (entries: Action_Entry[]) => void;
  #resolveEnd!: (end: Awaited<LiveCall["end"]>) => void;
  readonly headers = new Promise<Action_Entry[]>((resolve) => {
    this.#resolveHeaders = resolve;
  });
  readonly end = new Promise<Awaited<LiveCall["end"]>>((resolve) => {
    this.#resolveEnd = resolve;
  });
  #trailers: Action_Entry[] = [];

  constructor(
    channel: Channel,
    method: GenericMethod,
    metadata: readonly Partial<Action_Entry>[],
    timeoutMs: number | undefined,
  ) {
    const headers = new Metadata();
    for (const { key, text, bytes } of metadata) headers.append(key!, bytes ?? text ?? "");
    const { call } = createClient(channel, { call: method }) as unknown as {
      call: (request: unknown, options: object) => Response;
    };
    const options = {
      metadata: headers,
      signal: this.#abort.signal,
      onHeaders: (received: Metadata) => this.#resolveHeaders(toEntries(received)),
      onTrailers: (received: Metadata) => {
        this.#trailers = toEntries(received);
      },
      ...(timeoutMs !== undefined && { timeoutMs }),
    };
    this.#invoke = (request) => this.#read(call(request, options));
    if (!method.requestStream) return;
    this.#requests = new Queue();
    this.#invoke(this.#requests);
  }

  async send(message: Message): Promise<void> {
    if (this.#requests) await this.#requests.write(message);
    else this.#invoke(message);
  }

  halfClose(): void {
    this.#requests?.end();
  }

  async receive(): Promise<Message | undefined> {
    const asked = this.#asked ?? this.#next?.();
    this.#asked = undefined;
    return asked;
  }

  cancel(): void {
    this.#abort.abort();
  }

  #read(response: Response): void {
    if (Symbol.asyncIterator in response) {
      const iterator = response[Symbol.asyncIterator]();
      this.#next = async () => {
        try {
          const { done, value } = await iterator.next();
          if (!done) return value;
          this.#finish(0, "");
        } catch (error) {
          this.#fail(error);
        }
        return undefined;
      };
    } else {
      const message = response.then(
        (value) => {
          this.#finish(0, "");
          return value;
        },
        (error) => {
          this.#fail(error);
          return undefined;
        },
      );
      this.#next = () => {
        this.#next = async () => undefined;
        return message;
      };
    }
    this.#asked = this.#next();
  }

  #fail(error: unknown): void {
    if (!(error instanceof StatusError)) throw error;
    this.#finish(error.code, error.details);
  }

  #finish(code: number, details: string): void {
    void this.#requests?.return();
    this.#resolveHeaders([]);
    this.#resolveEnd({ code, details, trailers: this.#trailers });
  }
}
