import type { CallOptions } from "@go-plugin/grpc";
import type { WaitOptions } from "./waiters.js";

type Method = (request: unknown, options?: CallOptions) => unknown;

/** What `dispense` returns, without its types. */
export type Client = Readonly<Record<string, Method>>;

/** The methods of a gRPC service that answer with a stream; net/rpc has none. */
export function streamingMethods(service: object): ReadonlySet<string> {
  const streaming = Object.entries(service).filter(([, { responseStream }]) => responseStream === true);
  return new Set(streaming.map(([name]) => name.charAt(0).toLowerCase() + name.slice(1)));
}

/** What a client asks of its supervisor. */
export interface ClientSource {
  /** Resolves when a process may run again. @throws when there will be none, or none in time. */
  ready(options: WaitOptions): Promise<void>;
  /**
   * Throws a call's error on, and if the connection was lost, not before it is known whether the process is: who then
   * tries again waits for the next process.
   */
  fail(error: unknown): Promise<never>;
}

/** A client that stays, while those of the processes behind it come and go. Each call is made once, on one of them. */
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

  /** Waits for the next process; returns the options with what is left of the time. */
  async untilReady(options: CallOptions | undefined, signal = options?.signal): Promise<CallOptions | undefined> {
    const { timeoutMs } = options ?? {};
    const deadline = performance.now() + (timeoutMs ?? Number.POSITIVE_INFINITY);
    // It may have ended again by the time that this goes on.
    while (!this.current) await this.source.ready({ signal, timeoutMs: deadline - performance.now() });
    return timeoutMs === undefined ? options : { ...options, timeoutMs: deadline - performance.now() };
  }
}

type Messages = AsyncIterator<unknown, undefined>;

type State =
  | { readonly kind: "new" }
  /** `messages` is `undefined` when the stream was left before there was a process. */
  | { readonly kind: "waiting"; readonly left: AbortController; readonly messages: Promise<Messages | undefined> }
  | { readonly kind: "open"; readonly messages: Messages }
  | { readonly kind: "ended" };

const done: IteratorResult<unknown, undefined> = { done: true, value: undefined };

/** A stream of responses: as with every client, the call is made when the first message is asked for. */
class SupervisedStream implements AsyncIterableIterator<unknown, undefined> {
  #state: State = { kind: "new" };

  constructor(
    private readonly client: SupervisedClient,
    private readonly method: string,
    private readonly request: unknown,
    private readonly options: CallOptions | undefined,
  ) {}

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<unknown, undefined>> {
    const state = this.#state;
    if (state.kind === "open") return state.messages.next().catch(this.client.source.fail);
    if (state.kind === "ended") return Promise.resolve(done);
    if (state.kind === "waiting") return state.messages.then((messages) => (messages ? this.next() : done));
    if (this.client.current) {
      this.#open(this.options);
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
    const call = this.client.current![this.method]!(this.request, options) as AsyncIterable<unknown, undefined>;
    const messages = call[Symbol.asyncIterator]();
    this.#state = { kind: "open", messages };
    return messages;
  }

  async #openLater(left: AbortSignal): Promise<Messages | undefined> {
    const { signal } = this.options ?? {};
    try {
      const options = await this.client.untilReady(this.options, signal ? AbortSignal.any([signal, left]) : left);
      return left.aborted ? undefined : this.#open(options);
    } catch (error) {
      if (left.aborted) return undefined;
      this.#state = { kind: "ended" };
      throw error;
    }
  }
}
