import type { CallOptions } from "@go-plugin/grpc";
import { LateStream, type Messages } from "../supervise/late-stream.js";
import type { Client, MethodKind } from "../supervise/supervised-client.js";
import { type Dispatcher, withRest } from "./dispatcher.js";
import type { Member } from "./member.js";

type Options = (CallOptions & { readonly affinity?: string }) | undefined;

/** A call that could not be sent is made again at most this often. */
const maxAttempts = 10;

/** A client whose every call goes to one process of the pool. */
export function pooledClient(pool: Dispatcher, name: string, methods: ReadonlyMap<string, MethodKind>): Client {
  return Object.fromEntries(
    [...methods].map(([method, kind]) => {
      const call = new PooledMethod(pool, name, method, kind);
      return [
        method,
        kind.responseStream
          ? (request: unknown, options: Options) => new PooledStream(call, request, options)
          : (request: unknown, options: Options) => call.call(request, options),
      ];
    }),
  );
}

class PooledMethod {
  constructor(
    readonly pool: Dispatcher,
    readonly name: string,
    readonly method: string,
    readonly kind: MethodKind,
  ) {}

  async call(request: unknown, options: Options): Promise<unknown> {
    const { pool } = this;
    let limits = options;
    for (let attempt = 1; ; attempt++) {
      let member = pool.take(options?.affinity);
      if (member === undefined) {
        const waiting = await pool.acquire(limits ?? {});
        member = waiting.member;
        limits = waiting.options;
      }
      const startedAt = performance.now();
      try {
        const client = member.client(this.name) ?? (await member.dispense(this.name));
        const response = await client[this.method]!(request, limits);
        pool.release(member, startedAt, false);
        return response;
      } catch (error) {
        if (!this.mayRepeat(error, attempt)) {
          pool.release(member, startedAt, true);
          throw error;
        }
        pool.giveBack(member);
        limits &&= withRest(limits, startedAt);
      }
    }
  }

  /** No process has seen any of the call. What was taken of a stream of requests cannot be taken again. */
  mayRepeat(error: unknown, attempt: number): boolean {
    return attempt < maxAttempts && !this.kind.requestStream && this.pool.callErrors.isUnsent(error);
  }
}

/** A stream of the process that is chosen when it is iterated first. */
class PooledStream extends LateStream {
  readonly #call: PooledMethod;
  readonly #request: unknown;
  readonly #options: Options;

  constructor(call: PooledMethod, request: unknown, options: Options) {
    super();
    this.#call = call;
    this.#request = request;
    this.#options = options;
  }

  protected open(): Messages | undefined {
    const { pool, name } = this.#call;
    const member = pool.take(this.#options?.affinity);
    if (member === undefined) return undefined;
    const client = member.client(name);
    if (client !== undefined) return this.#openWith(member, client, this.#options);
    pool.giveBack(member);
    return undefined;
  }

  protected async openLater(left: AbortSignal, limits = this.#options): Promise<Messages> {
    const { pool, name } = this.#call;
    const { signal } = limits ?? {};
    const { member, options } = await pool.acquire({
      ...limits,
      signal: signal ? AbortSignal.any([signal, left]) : left,
    });
    try {
      const client = member.client(name) ?? (await member.dispense(name));
      const { timeoutMs } = options;
      return this.#openWith(member, client, { ...this.#options, ...(timeoutMs !== undefined && { timeoutMs }) });
    } catch (error) {
      pool.giveBack(member);
      throw error;
    }
  }

  #openWith(member: Member, client: Client, options: Options): Messages {
    const { method } = this.#call;
    const call = client[method]!(this.#request, options) as AsyncIterable<unknown, undefined>;
    return new HeldMessages(this.#call, member, call[Symbol.asyncIterator](), (startedAt, left) =>
      this.openLater(left, options && withRest(options, startedAt)),
    );
  }
}

/** The messages of a call, which counts as in flight until they end. */
class HeldMessages implements Messages {
  readonly #call: PooledMethod;
  readonly #member: Member;
  #messages: Messages;
  readonly #repeat: (startedAt: number, left: AbortSignal) => Promise<Messages>;
  readonly #startedAt = performance.now();
  #state: "first" | "open" | "released" = "first";
  #left: AbortController | undefined;

  constructor(
    call: PooledMethod,
    member: Member,
    messages: Messages,
    repeat: (startedAt: number, left: AbortSignal) => Promise<Messages>,
  ) {
    this.#call = call;
    this.#member = member;
    this.#messages = messages;
    this.#repeat = repeat;
  }

  async next(): Promise<IteratorResult<unknown, undefined>> {
    try {
      const result = await this.#messages.next();
      if (result.done) this.#release(false);
      else if (this.#state === "first") this.#state = "open";
      return result;
    } catch (error) {
      if (this.#state !== "first" || !this.#call.mayRepeat(error, 1)) {
        this.#release(true);
        throw error;
      }
      // It is held by another one from now on.
      this.#state = "released";
      this.#call.pool.giveBack(this.#member);
      this.#left = new AbortController();
      this.#messages = await this.#repeat(this.#startedAt, this.#left.signal);
      return this.#messages.next();
    }
  }

  async return(): Promise<IteratorResult<unknown, undefined>> {
    this.#left?.abort();
    this.#release(false);
    await this.#messages.return?.();
    return { done: true, value: undefined };
  }

  #release(failed: boolean): void {
    if (this.#state === "released") return;
    this.#state = "released";
    this.#call.pool.release(this.#member, this.#startedAt, failed);
  }
}
