import type { Duplex } from "node:stream";
import { emptyStruct } from "@go-plugin/gob";
import { type Body, Codec, type RpcConnectionOptions } from "./codec.js";
import { callEnd, callStart } from "./diagnostics.js";
import { Request, Response } from "./headers.js";
import { methodName } from "./method-name.js";
import type { RpcCallContext, RpcImplementation, RpcMethod, RpcService } from "./service/service.js";

/** Options of a server, for all of its connections. */
export interface RpcServerOptions extends RpcConnectionOptions {
  /** Receives each error that a method throws; the caller gets only its message. */
  readonly onError?: (error: unknown, serviceMethod: string) => void;
  /**
   * The most calls of one connection that run at the same time. No more requests are read until one has ended, so that
   * a peer cannot fill the memory with waiting calls. Go: none.
   * @default 10000
   */
  readonly maxConcurrentCalls?: number;
}

const defaultMaxConcurrentCalls = 10_000;

interface ServedMethod {
  readonly method: RpcMethod;
  run(args: unknown, context: RpcCallContext): unknown;
}

/**
 * Serves the methods of services on connections that the caller accepts. Go: rpc.Server.
 *
 * @example
 * ```ts
 * import { createServer } from "node:net";
 * import { gob } from "@go-plugin/gob";
 * import { method, RpcServer } from "@go-plugin/netrpc";
 *
 * const server = new RpcServer({ onError: (error, serviceMethod) => console.error(serviceMethod, error) });
 * server.addService("Arith", { Square: method(gob.int, gob.int) }, { square: (n) => n * n });
 * createServer((socket) => server.handle(socket)).listen(1234);
 * ```
 */
export class RpcServer {
  readonly #options: RpcServerOptions;
  readonly #services = new Map<string, Map<string, ServedMethod>>();
  readonly #connections = new Set<ServedConnection>();

  /** Makes a server without services. Go: rpc.NewServer. */
  constructor(options: RpcServerOptions = {}) {
    this.#options = options;
  }

  /**
   * Registers a service under a name. Go: Server.RegisterName.
   * @throws {TypeError} The name is taken, or the implementation lacks a method.
   */
  addService<S extends RpcService>(name: string, service: S, implementation: RpcImplementation<S>): void {
    if (this.#services.has(name)) throw new TypeError(`rpc: service already defined: ${name}`);
    const methods = new Map<string, ServedMethod>();
    for (const [goName, method] of Object.entries(service)) {
      const run = (implementation as Record<string, unknown>)[methodName(goName)];
      if (typeof run !== "function") {
        throw new TypeError(`expected ${methodName(goName)} in the implementation of ${name}, got ${typeof run}`);
      }
      methods.set(goName, { method, run: (args, context) => run.call(implementation, args, context) });
    }
    this.#services.set(name, methods);
  }

  /** Serves one connection until it ends; the stream is read, ended and destroyed here. Go: Server.ServeConn. */
  handle(duplex: Duplex): void {
    const connection = new ServedConnection(
      duplex,
      (name) => this.#find(name),
      this.#options,
      () => this.#connections.delete(connection),
    );
    this.#connections.add(connection);
  }

  /** Ends all connections at once. */
  destroy(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  /** The method, or Go's error text if there is none. */
  #find(serviceMethod: string): ServedMethod | string {
    const dot = serviceMethod.lastIndexOf(".");
    if (dot < 0) return `rpc: service/method request ill-formed: ${serviceMethod}`;
    const methods = this.#services.get(serviceMethod.slice(0, dot));
    if (!methods) return `rpc: can't find service ${serviceMethod}`;
    return methods.get(serviceMethod.slice(dot + 1)) ?? `rpc: can't find method ${serviceMethod}`;
  }
}

class ServedConnection {
  readonly #find: (serviceMethod: string) => ServedMethod | string;
  readonly #options: RpcServerOptions;
  readonly #onEnd: () => void;
  readonly #codec: Codec<typeof Request>;
  #abort: AbortController | undefined;
  #state: "open" | "draining" | "closed" = "open";
  #running = 0;

  constructor(
    duplex: Duplex,
    find: (serviceMethod: string) => ServedMethod | string,
    options: RpcServerOptions,
    onEnd: () => void,
  ) {
    this.#find = find;
    this.#options = options;
    this.#onEnd = onEnd;
    const listener = {
      onHeader: (request: Request) => this.#onRequest(request),
      onReadEnd: () => this.#drain(),
      onClose: () => this.#onClose(),
    };
    this.#codec = new Codec(duplex, Request, listener, { ...options, pauseWhenFull: true });
  }

  destroy(): void {
    this.#codec.destroy();
  }

  #onRequest(request: Request): Body {
    if (callStart.hasSubscribers) {
      callStart.publish({ protocol: "netrpc", side: "server", method: request.ServiceMethod, call: request });
    }
    const served = this.#find(request.ServiceMethod);
    if (typeof served === "string") return { done: () => this.#replyError(request, served) };
    return {
      type: served.method.args,
      done: (args) => void this.#run(request, served, args),
      failed: (error) => this.#replyError(request, errorText(error)),
    };
  }

  async #run(request: Request, { method, run }: ServedMethod, args: unknown): Promise<void> {
    this.#running++;
    if (this.#running >= (this.#options.maxConcurrentCalls ?? defaultMaxConcurrentCalls)) this.#codec.hold();
    try {
      const result = run(args, this.#context(request.ServiceMethod));
      const reply = isPromise(result) ? await result : result;
      this.#replyValue(request, method.reply, reply as never);
    } catch (error) {
      this.#report(error, request.ServiceMethod);
      this.#replyError(request, errorText(error));
    } finally {
      this.#running--;
      this.#codec.release();
      if (this.#state === "draining") this.#drain();
    }
  }

  #report(error: unknown, serviceMethod: string): void {
    try {
      this.#options.onError?.(error, serviceMethod);
    } catch {
      // The caller gets its answer even if the report fails.
    }
  }

  #replyValue(request: Request, type: RpcMethod["reply"], value: never): void {
    try {
      this.#reply(request, "", type, value);
    } catch (error) {
      const { message } = error as Error;
      throw new TypeError(`${message} (the reply of ${request.ServiceMethod} does not fit its schema)`, {
        cause: error,
      });
    }
  }

  #replyError(request: Request, text: string): void {
    // Half a surrogate pair cannot be encoded.
    this.#reply(request, Buffer.from(text).toString(), emptyStruct, {} as never);
  }

  #reply(request: Request, error: string, type: RpcMethod["reply"], value: never): void {
    if (callEnd.hasSubscribers) {
      const code = error === "" ? 0 : 2;
      const method = request.ServiceMethod;
      callEnd.publish({ protocol: "netrpc", side: "server", method, call: request, code, details: error });
    }
    if (this.#state === "closed") return;
    const { ServiceMethod, Seq } = request;
    this.#codec.send(Response, { ServiceMethod, Seq, Error: error }, type, value);
  }

  /** Makes the signal on first use, since few methods read it. */
  #context(method: string): RpcCallContext {
    const connection = this;
    return {
      method,
      get signal() {
        connection.#abort ??= new AbortController();
        if (connection.#state === "closed") connection.#abort.abort();
        return connection.#abort.signal;
      },
    };
  }

  /** Lets running calls finish, since the caller may have ended only its own half. */
  #drain(): void {
    this.#state = "draining";
    if (this.#running === 0) this.#codec.end();
  }

  #onClose(): void {
    this.#state = "closed";
    this.#abort?.abort();
    this.#onEnd();
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function";
}

/** The text of a thrown value, never empty: Go takes an empty text for success. Decoded Go errors have theirs in `Message`. */
function errorText(error: unknown): string {
  try {
    const { message, Message, name } = Object(error);
    const text = [message, Message, name].find((text) => typeof text === "string" && text !== "");
    return text ?? (String(error) || "unknown error");
  } catch {
    return "unknown error";
  }
}
