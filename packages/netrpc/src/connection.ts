import { setMaxListeners } from "node:events";
import type { Duplex } from "node:stream";
import type { AnyType, Infer, Input } from "@go-plugin/gob";
import { type Body, Codec, type RpcConnectionOptions } from "./codec.js";
import { callEnd, callStart, observeCall } from "./diagnostics.js";
import { Request, Response } from "./headers.js";
import { methodName } from "./method-name.js";
import { RpcConnectionError, RpcReplyError, RpcServerError } from "./service/errors.js";
import type { RpcCallOptions, RpcClient, RpcMethod, RpcService } from "./service/service.js";
import { markUnsent } from "./unsent.js";

/** The reason why a call failed. The caller's own continuation creates the error, so that its stack has the caller. */
class Failure {
  constructor(readonly toError: (method: string) => Error) {}
}

/** A call that waits for its reply. */
class PendingCall {
  constructor(
    readonly type: AnyType,
    readonly settle: (outcome: unknown) => void,
  ) {}

  done(reply: unknown): void {
    this.settle(reply);
  }

  failed(cause: Error): void {
    const toError = (method: string) =>
      new RpcReplyError(`${method}: reading body ${cause.message}`, { cause, method });
    this.settle(new Failure(toError));
  }
}

/**
 * The calling side of one connection; any number of calls may wait for replies at once. Go: rpc.Client.
 *
 * @example
 * ```ts
 * import { connect } from "node:net";
 * import { gob } from "@go-plugin/gob";
 * import { createRpcClient, method, RpcConnection } from "@go-plugin/netrpc";
 *
 * const connection = new RpcConnection(connect(1234));
 * const arith = createRpcClient(connection, "Arith", { Square: method(gob.int, gob.int) });
 * console.log(await arith.square(12));
 * connection.close();
 * ```
 */
export class RpcConnection {
  readonly #codec: Codec<typeof Response>;
  readonly #pending = new Map<bigint, PendingCall>();
  #seq = 0n;
  /** The call whose reply is being read: its header has arrived, and the connection may end before its body does. */
  #reading: PendingCall | undefined;
  #ended: Failure | undefined;
  /** Resolves when the connection has ended, for whatever reason. It never rejects. */
  readonly closed: Promise<void>;

  /** Takes over an established connection: the stream is read, ended and destroyed here. Go: rpc.NewClient. */
  constructor(duplex: Duplex, options: RpcConnectionOptions = {}) {
    this.closed = new Promise((resolve) => {
      if (duplex.closed) resolve();
      else duplex.once("close", resolve);
    });
    const listener = {
      onHeader: (response: Response) => this.#onResponse(response),
      onReadEnd: (error = new Error("unexpected EOF: the other side ended the connection")) => this.destroy(error),
      onClose: (error?: Error) => this.#onEnd(error),
    };
    this.#codec = new Codec(duplex, Response, listener, options);
  }

  /**
   * Calls a method. Go: Client.Call. Byte slices of 32 KiB and more are not copied: do not write to them before the
   * reply has arrived.
   *
   * @param serviceMethod `Service.Method`
   * @throws {RpcServerError} The method returned an error, does not exist, or could not decode its argument.
   * @throws {RpcConnectionError} The connection ended before the reply.
   * @throws {RpcReplyError} The reply is not of the method's reply type.
   * @throws {GobError} The argument cannot be encoded.
   * @throws {unknown} The signal's reason, when the signal is aborted.
   */
  async call<A extends AnyType, R extends AnyType>(
    serviceMethod: string,
    method: RpcMethod<A, R>,
    args: Input<A>,
    { signal }: RpcCallOptions = {},
  ): Promise<Infer<R>> {
    signal?.throwIfAborted();
    if (this.#ended) throw markUnsent(this.#ended.toError(serviceMethod));
    const seq = this.#seq++;
    this.#codec.send(Request, { ServiceMethod: serviceMethod, Seq: seq }, method.args, args as never);
    const reply = this.#reply(seq, method.reply, signal);
    if (callStart.hasSubscribers || callEnd.hasSubscribers) {
      observeCall(serviceMethod, reply, (outcome) =>
        outcome instanceof Failure ? outcome.toError(serviceMethod).message : "",
      );
    }
    const outcome = await reply;
    if (outcome instanceof Failure) throw outcome.toError(serviceMethod);
    return outcome as Infer<R>;
  }

  #reply(seq: bigint, type: AnyType, signal: AbortSignal | undefined): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (!signal) {
        this.#pending.set(seq, new PendingCall(type, resolve));
        return;
      }
      const onAbort = () => {
        this.#pending.delete(seq);
        reject(signal.reason);
      };
      // One signal may limit any number of calls.
      setMaxListeners(0, signal);
      signal.addEventListener("abort", onAbort, { once: true });
      const settle = (outcome: unknown) => {
        signal.removeEventListener("abort", onAbort);
        resolve(outcome);
      };
      this.#pending.set(seq, new PendingCall(type, settle));
    });
  }

  /** Sends what is buffered and ends the connection. Calls that wait for a reply fail. Go: Client.Close. */
  close(): void {
    if (this.#ended) return;
    this.#codec.end();
    this.#onEnd(new Error("connection is shut down"));
  }

  /** Ends the connection at once. Calls that wait for a reply fail; `error` is their cause. */
  destroy(error?: Error): void {
    this.#codec.destroy(error ?? new Error("connection is shut down"));
  }

  #onResponse({ Seq, Error: text }: Response): Body {
    const pending = this.#pending.get(Seq);
    this.#pending.delete(Seq);
    this.#reading = pending;
    if (text === "") return pending ?? { done() {} };
    return { done: () => pending?.settle(new Failure((method) => new RpcServerError(text, { method }))) };
  }

  #onEnd(cause: Error | undefined): void {
    if (this.#ended) return;
    const text = cause?.message ?? "the connection was closed";
    this.#ended = new Failure((method) => new RpcConnectionError(`${method}: ${text}`, { cause, method }));
    this.#reading?.settle(this.#ended);
    for (const pending of this.#pending.values()) pending.settle(this.#ended);
    this.#pending.clear();
  }
}

/**
 * A typed client of one service. Go: rpc.Client with a service's methods.
 *
 * @param name The name under which the other side registered the service.
 */
export function createRpcClient<S extends RpcService>(
  connection: RpcConnection,
  name: string,
  service: S,
): RpcClient<S> {
  const methods = Object.entries(service).map(([goName, method]) => {
    const serviceMethod = `${name}.${goName}`;
    const call = (args: never, options?: RpcCallOptions) => connection.call(serviceMethod, method, args, options);
    return [methodName(goName), call];
  });
  return Object.fromEntries(methods);
}
