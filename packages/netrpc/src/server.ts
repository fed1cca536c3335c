import type { Duplex } from "node:stream";
import { emptyStruct } from "@go-plugin/gob";
import { type Body, Connection, type ConnectionOptions } from "./connection.js";
import { Request, Response } from "./headers.js";
import { type CallContext, methodName, type RpcImplementation, type RpcMethod, type RpcService } from "./service.js";

/** What a server may set for all of its connections. */
export interface ServerOptions extends ConnectionOptions {
  /** Told what a method throws; the caller gets the message. */
  readonly onError?: (error: unknown, serviceMethod: string) => void;
}

interface ServedMethod {
  readonly method: RpcMethod;
  run(args: unknown, context: CallContext): unknown;
}

/** Serves methods on connections that someone else accepts. Go: rpc.Server. */
export class Server {
  readonly #services = new Map<string, Map<string, ServedMethod>>();
  readonly #connections = new Set<ServedConnection>();

  /** Serves nothing yet. Go: rpc.NewServer. */
  constructor(private readonly options: ServerOptions = {}) {}

  /**
   * Serves a service under a name. Go: RegisterName.
   * @throws {TypeError} for a name that is taken, or a method that is not implemented.
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

  /** Serves one connection until it ends. Go: ServeConn. */
  handle(duplex: Duplex): void {
    const connection = new ServedConnection(
      duplex,
      (name) => this.#find(name),
      this.options,
      () => this.#connections.delete(connection),
    );
    this.#connections.add(connection);
  }

  /** Ends all connections at once. */
  destroy(): void {
    for (const connection of this.#connections) connection.destroy();
  }

  /** The method, or why there is none, in Go's words. */
  #find(serviceMethod: string): ServedMethod | string {
    const dot = serviceMethod.lastIndexOf(".");
    if (dot < 0) return `rpc: service/method request ill-formed: ${serviceMethod}`;
    const methods = this.#services.get(serviceMethod.slice(0, dot));
    if (!methods) return `rpc: can't find service ${serviceMethod}`;
    return methods.get(serviceMethod.slice(dot + 1)) ?? `rpc: can't find method ${serviceMethod}`;
  }
}

class ServedConnection {
  readonly #connection: Connection<typeof Request>;
  #abort: AbortController | undefined;
  #state: "open" | "draining" | "closed" = "open";
  #running = 0;

  constructor(
    duplex: Duplex,
    private readonly find: (serviceMethod: string) => ServedMethod | string,
    private readonly options: ServerOptions,
    private readonly onClose: () => void,
  ) {
    const listener = {
      onHeader: (request: Request) => this.#onRequest(request),
      onReadEnd: () => this.#drain(),
      onClose: () => this.#onClose(),
    };
    this.#connection = new Connection(duplex, Request, listener, { ...options, pauseWhenFull: true });
  }

  destroy(): void {
    this.#connection.destroy();
  }

  #onRequest(request: Request): Body {
    const served = this.find(request.ServiceMethod);
    if (typeof served === "string") return { done: () => this.#replyError(request, served) };
    return {
      type: served.method.args,
      done: (args) => void this.#run(request, served, args),
      failed: (error) => this.#replyError(request, errorText(error)),
    };
  }

  async #run(request: Request, { method, run }: ServedMethod, args: unknown): Promise<void> {
    this.#running++;
    try {
      const result = run(args, this.#context(request.ServiceMethod));
      const reply = isPromise(result) ? await result : result;
      this.#reply(request, "", method.reply, reply as never);
    } catch (error) {
      this.#report(error, request.ServiceMethod);
      this.#replyError(request, errorText(error));
    } finally {
      this.#running--;
      if (this.#state === "draining") this.#drain();
    }
  }

  #report(error: unknown, serviceMethod: string): void {
    try {
      this.options.onError?.(error, serviceMethod);
    } catch {
      // The caller waits for its answer, whatever becomes of the report.
    }
  }

  #replyError(request: Request, text: string): void {
    this.#reply(request, text, emptyStruct, {} as never);
  }

  #reply(request: Request, error: string, type: RpcMethod["reply"], value: never): void {
    if (this.#state === "closed") return;
    const { ServiceMethod, Seq } = request;
    this.#connection.send(Response, { ServiceMethod, Seq, Error: error }, type, value);
  }

  /** The signal costs something, and few methods look at it. */
  #context(method: string): CallContext {
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

  /** The caller sends no more, or nothing that can be read, and may still wait for replies. */
  #drain(): void {
    this.#state = "draining";
    if (this.#running === 0) this.#connection.end();
  }

  #onClose(): void {
    this.#state = "closed";
    this.#abort?.abort();
    this.onClose();
  }
}

function isPromise(value: unknown): value is PromiseLike<unknown> {
  return typeof value === "object" && value !== null && typeof (value as PromiseLike<unknown>).then === "function";
}

/** The text of whatever was thrown; errors of Go that were decoded keep theirs in `Message`. An empty one would count as success. */
function errorText(error: unknown): string {
  try {
    const { message, Message, name } = Object(error);
    const text = [message, Message, name].find((text) => typeof text === "string" && text !== "");
    return text ?? (String(error) || "unknown error");
  } catch {
    return "unknown error";
  }
}
