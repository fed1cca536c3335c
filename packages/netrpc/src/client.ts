import type { Duplex } from "node:stream";
import type { AnyType, Infer, Input } from "@go-plugin/gob";
import { type Body, Connection, type ConnectionOptions } from "./connection.js";
import { ConnectionError, ReplyError, ServerError } from "./errors.js";
import { Request, Response } from "./headers.js";
import { type CallOptions, methodName, type RpcClient, type RpcMethod, type RpcService } from "./service.js";

/** A call that waits for its reply, and takes it. */
class Pending {
  constructor(
    readonly type: AnyType,
    readonly done: (reply: unknown) => void,
    readonly reject: (error: Error) => void,
  ) {}

  failed(cause: Error): void {
    this.reject(new ReplyError(`reading body ${cause.message}`, { cause }));
  }
}

/** Calls over one connection, any number of them at once. Go: rpc.Client. */
export class Client {
  readonly #connection: Connection<typeof Response>;
  readonly #pending = new Map<bigint, Pending>();
  #seq = 0n;
  #ended: ConnectionError | undefined;
  /** Resolves when the connection has ended, for whatever reason. */
  readonly closed: Promise<void>;

  /** Takes over the connection, which someone else has made. Go: rpc.NewClient. */
  constructor(duplex: Duplex, options: ConnectionOptions = {}) {
    this.closed = new Promise((resolve) => {
      if (duplex.closed) resolve();
      else duplex.once("close", resolve);
    });
    const listener = {
      onHeader: (response: Response) => this.#onResponse(response),
      onReadEnd: (error = new Error("unexpected EOF: the other side ended the connection")) => this.destroy(error),
      onClose: (error?: Error) => this.#onEnd(error),
    };
    this.#connection = new Connection(duplex, Response, listener, options);
  }

  /**
   * Calls a method. Go: Client.Call.
   * Byte slices of 32 KiB and more are not copied: they must not be written to before the reply has come.
   *
   * @param serviceMethod `Service.Method`
   * @throws {ServerError} with the text of the error that the method returned.
   * @throws {ConnectionError} when the connection ends before the reply.
   * @throws {ReplyError} when the reply is not of the method's type.
   * @throws the gob codec's error when the argument cannot be sent, the signal's reason when it aborts.
   */
  call<A extends AnyType, R extends AnyType>(
    serviceMethod: string,
    method: RpcMethod<A, R>,
    args: Input<A>,
    { signal }: CallOptions = {},
  ): Promise<Infer<R>> {
    return new Promise((resolve, reject) => {
      signal?.throwIfAborted();
      if (this.#ended) throw this.#ended;
      const seq = this.#seq++;
      this.#connection.send(Request, { ServiceMethod: serviceMethod, Seq: seq }, method.args, args as never);
      if (!signal) {
        this.#pending.set(seq, new Pending(method.reply, resolve as (reply: unknown) => void, reject));
        return;
      }
      const onAbort = () => {
        this.#pending.delete(seq);
        reject(signal.reason);
      };
      const settled = () => signal.removeEventListener("abort", onAbort);
      signal.addEventListener("abort", onAbort, { once: true });
      const done = (reply: unknown) => {
        settled();
        resolve(reply as Infer<R>);
      };
      const fail = (error: Error) => {
        settled();
        reject(error);
      };
      this.#pending.set(seq, new Pending(method.reply, done, fail));
    });
  }

  /** Sends what is left and ends the connection; calls that wait for a reply fail. Go: Client.Close. */
  close(): void {
    if (this.#ended) return;
    this.#connection.end();
    this.#onEnd(new Error("connection is shut down"));
  }

  /** Ends the connection at once. */
  destroy(error?: Error): void {
    this.#connection.destroy(error ?? new Error("connection is shut down"));
  }

  #onResponse({ Seq, Error: text }: Response): Body {
    const pending = this.#pending.get(Seq);
    this.#pending.delete(Seq);
    if (text !== "") return { done: () => pending?.reject(new ServerError(text)) };
    return pending ?? { done() {} };
  }

  #onEnd(cause: Error | undefined): void {
    if (this.#ended) return;
    this.#ended = new ConnectionError(cause?.message ?? "the connection was closed", {
      cause,
    });
    for (const pending of this.#pending.values()) pending.reject(this.#ended);
    this.#pending.clear();
  }
}

/** A typed client of one service; `name` is what the other side registered it as. Go: rpc.Client with a service's methods. */
export function createClient<S extends RpcService>(client: Client, name: string, service: S): RpcClient<S> {
  const methods = Object.entries(service).map(([goName, method]) => {
    const serviceMethod = `${name}.${goName}`;
    const call = (args: never, options?: CallOptions) => client.call(serviceMethod, method, args, options);
    return [methodName(goName), call];
  });
  return Object.fromEntries(methods);
}
