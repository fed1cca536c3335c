import type { CallOptions } from "@go-plugin/grpc";
import type { WaitOptions } from "./waiters.js";

type Method = (request: unknown, options?: CallOptions) => unknown;

/** A dispensed client, without its types. */
export type Client = Readonly<Record<string, Method>>;

/** Methods of a gRPC service that answer with a stream. Net/rpc has none. */
export function streamingMethods(service: object): ReadonlySet<string> {
  const streaming = Object.entries(service).filter(([, { responseStream }]) => responseStream === true);
  return new Set(streaming.map(([name]) => clientName(name)));
}

/** The name of a method on the client, by the rule of `@go-plugin/grpc`, which a host of net/rpc plugins does not load. */
function clientName(name: string): string {
  const lower = name.charAt(0).toLowerCase() + name.slice(1);
  return lower === "then" ? "Then" : lower;
}

/** The supervisor, as its clients see it. */
export interface ClientSource {
  /** Resolves when a process may run again. @throws when there will be none, or none in time. */
  ready(options: WaitOptions): Promise<void>;
  /**
   * Rethrows a call's error. After the loss of a connection it first finds out if the process has ended, so that a call
   * that is tried again waits for the next process.
   */
  fail(error: unknown): Promise<never>;
}

/** A client that outlives the processes behind it. Each call is made once, to one of them. */
export class SupervisedClient {
  /** The client of the process that runs. */
  current: Client | undefined;
  readonly methods: Client;

  constructor(
    client: Client,
    streaming: ReadonlySet<string>,
    readonly source: ClientSource,
  ) {
    this.current = client;
    this.methods = Object.fromEntries(
      Object.keys(client).map((name) => [
        name,
        streaming.has(name)
          ? (request, options) => new SupervisedStream(this, name, request, options)
          : (request, options) =>
              this.current ? this.#call(name, request, options) : this.#callLater(name, request, options),
      ]),
    );
  }

  async #callLater(name: string, request: unknown, options: CallOptions | undefined): Promise<unknown> {
    const remaining = await this.untilReady(options);
    return this.#call(name, request, remaining);
  }

  #call(name: string, request: unknown, options: CallOptions | undefined): Promise<unknown> {
    return (this.current![name]!(request, options) as Promise<unknown>).catch(this.source.fail);
  }

  /** Waits for the next process. @returns the options with the time that is left. */
  async untilReady(options: CallOptions | undefined, signal = options?.signal): Promise<CallOptions | undefined> {
    const { timeoutMs } = options ?? {};
    const deadline = performance.now() + (timeoutMs ?? Number.POSITIVE_INFINITY);
    // The new process may have ended again before this continues.
    while (!this.current) await this.source.ready({ signal, timeoutMs: deadline - performance.now() });
    return timeoutMs === undefined ? options : { ...options, timeoutMs: deadline - performance.now() };
  }
}

type Messages = AsyncIterator<unknown, undefined>;

type State =
  | { readonly kind: "new" }
  /** `messages` resolves with `undefined` when the stream was left before a process was ready. */
  | { readonly kind: "waiting"; readonly left: AbortController; readonly messages: Promise<Messages | undefined> }
  | { readonly kind: "open"; readonly messages: Messages }
  | { readonly kind: "ended" };

const done: IteratorResult<unknown, undefined> = { done: true, value: undefined };

/** A stream of responses. As with every client, the call starts with the first request for a message. */
class SupervisedStream implements AsyncIterableIterator<unknown, undefined> {
  readonly #client: SupervisedClient;
  readonly #method: string;
  readonly #request: unknown;
  readonly #options: CallOptions | undefined;
  #state: State = { kind: "new" };

  constructor(client: SupervisedClient, method: string, request: unknown, options: CallOptions | undefined) {
    this.#client = client;
    this.#method = method;
    this.#request = request;
    this.#options = options;
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    const state = this.#state;
    if (state.kind === "open") return state.messages.next().catch(this.#client.source.fail);
    if (state.kind === "ended") return Promise.resolve(done);
    if (state.kind === "waiting") return state.messages.then((messages) => (messages ? this.next() : done));
    if (this.#client.current) {
      this.#open(this.#options);
    } else {
      const left = new AbortController();
      this.#state = { kind: "waiting", left, messages: this.#openLater(left.signal) };
    }
    return this.next();
  }

  async return(): Promise<IteratorResult<unknown, undefined>> {
    const state = this.#state;
    this.#state = { kind: "ended" };
    if (state.kind === "waiting") state.left.abort();
    if (state.kind === "open") await state.messages.return?.();
    return done;
  }

  #open(options: CallOptions | undefined): Messages {
    const call = this.#client.current![this.#method]!(this.#request, options) as AsyncIterable<unknown, undefined>;
    const messages = call[Symbol.asyncIterator]();
    this.#state = { kind: "open", messages };
    return messages;
  }

  async #openLater(left: AbortSignal): Promise<Messages | undefined> {
    const { signal } = this.#options ?? {};
    try {
      const options = await this.#client.untilReady(this.#options, signal ? AbortSignal.any([signal, left]) : left);
      return left.aborted ? undefined : this.#open(options);
    } catch (error) {
      if (left.aborted) return undefined;
      this.#state = { kind: "ended" };
      throw error;
    }
  }
}
