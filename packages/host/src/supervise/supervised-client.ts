import type { CallOptions } from "@go-plugin/grpc";
import { clientName } from "@go-plugin/proto/internal";
import { LateStream, type Messages } from "./late-stream.js";
import type { WaitOptions } from "./waiters.js";

type Method = (request: unknown, options?: CallOptions) => unknown;

/** A dispensed client, without its types. */
export type Client = Readonly<Record<string, Method>>;

/** The streamed directions of a gRPC service's method. Net/rpc has none. */
export interface MethodKind {
  readonly requestStream: boolean;
  readonly responseStream: boolean;
}

/** The methods of a service by their names on the client. */
export function methodKinds(service: object): ReadonlyMap<string, MethodKind> {
  return new Map(
    Object.entries(service).map(([name, { requestStream = false, responseStream = false }]) => [
      clientName(name),
      { requestStream, responseStream },
    ]),
  );
}

/** The supervisor, as its clients see it. */
export interface ClientSource {
  /** Resolves when a process may run again. @throws {Error} when there will be none, or none in time. */
  ready(options: WaitOptions): Promise<void>;
  /**
   * Rethrows a call's error. After the loss of a connection it first finds out if the process has ended, so that a
   * repeated call waits for the next process.
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
    kinds: ReadonlyMap<string, MethodKind>,
    readonly source: ClientSource,
  ) {
    this.current = client;
    this.methods = Object.fromEntries(
      Object.keys(client).map((name) => [
        name,
        kinds.get(name)?.responseStream
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

  /** Waits for the next process. @returns the options with the remaining time. */
  async untilReady(options: CallOptions | undefined, signal = options?.signal): Promise<CallOptions | undefined> {
    const { timeoutMs } = options ?? {};
    const deadline = performance.now() + (timeoutMs ?? Number.POSITIVE_INFINITY);
    // The new process may have ended again before this continues.
    while (!this.current) await this.source.ready({ signal, timeoutMs: deadline - performance.now() });
    return timeoutMs === undefined ? options : { ...options, timeoutMs: deadline - performance.now() };
  }
}

/** A stream of the process that runs when it is iterated first. */
class SupervisedStream extends LateStream {
  readonly #client: SupervisedClient;
  readonly #method: string;
  readonly #request: unknown;
  readonly #options: CallOptions | undefined;

  constructor(client: SupervisedClient, method: string, request: unknown, options: CallOptions | undefined) {
    super();
    this.#client = client;
    this.#method = method;
    this.#request = request;
    this.#options = options;
  }

  protected open(): Messages | undefined {
    return this.#client.current && this.#openWith(this.#options);
  }

  protected async openLater(left: AbortSignal): Promise<Messages> {
    const { signal } = this.#options ?? {};
    return this.#openWith(
      await this.#client.untilReady(this.#options, signal ? AbortSignal.any([signal, left]) : left),
    );
  }

  #openWith(options: CallOptions | undefined): Messages {
    const call = this.#client.current![this.#method]!(this.#request, options) as AsyncIterable<unknown, undefined>;
    const messages = call[Symbol.asyncIterator]();
    const { fail } = this.#client.source;
    return { next: () => messages.next().catch(fail), return: () => messages.return!() };
  }
}
