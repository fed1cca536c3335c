import type { Socket } from "node:net";
import type { Duplex } from "node:stream";
import type { RawHeaders } from "../headers/header-list.js";
import { parseRequestHeaders, type Refusal, refuse } from "../headers/request-headers.js";
import type { ServerStream } from "../http2/server-stream.js";
import { ServerTransport } from "../http2/server-transport.js";
import { type Http2Settings, http2Settings } from "../http2/settings.js";
import {
  type MethodDefinition,
  methodName,
  type ServiceDefinition,
  type ServiceImplementation,
} from "../service/definition.js";
import { interceptedRequest, interceptedResponse, runIntercepted } from "../service/intercept.js";
import { chain, type ServerInterceptor, type ServerNext } from "../service/interceptor.js";
import { Status } from "../status/status.js";
import { type ServedMethod, ServerCall, type ServerCallSettings } from "./server-call.js";
import { throwUnimplemented } from "./unimplemented.js";

/** Options of a server. */
export interface ServerOptions {
  /** Middleware around every call. Go: grpc.ChainUnaryInterceptor, grpc.ChainStreamInterceptor. @default none */
  readonly interceptors?: readonly ServerInterceptor[];
  /**
   * Called with every error of a handler that is not a `StatusError`. The peer gets UNKNOWN with the error's message.
   * @default nothing
   */
  readonly onError?: (error: unknown, path: string) => void;
  /**
   * The longest message that the server accepts, in bytes; a longer one fails its call with RESOURCE_EXHAUSTED.
   * Go: grpc.MaxRecvMsgSize.
   * @default 2147483647
   */
  readonly maxReceiveMessageBytes?: number;
  /** The longest message that the server sends, in bytes. Go: grpc.MaxSendMsgSize. @default 2147483647 */
  readonly maxSendMessageBytes?: number;
  /**
   * The longest header list that the server accepts, in bytes: names, values and 32 bytes for each.
   * Go: grpc.MaxHeaderListSize.
   * @default 131072
   */
  readonly maxHeaderListBytes?: number;
  /**
   * The number of open calls per connection; the peer delays further ones. Go: grpc.MaxConcurrentStreams.
   * @default 4294967295
   */
  readonly maxConcurrentStreams?: number;
  /** The number of bytes that the peer may send ahead in one call. Go: grpc.InitialWindowSize. @default 1048576 */
  readonly windowBytes?: number;
}

/** A service that is loaded at its first call. */
export interface LazyService {
  readonly service: ServiceDefinition;
  readonly implementation: object;
}

const defaultMaxMessageBytes = 2 ** 31 - 1;

interface Service {
  readonly methods: Map<string, ServedMethod>;
  /** Loads the methods at the first call. */
  load?: (() => Promise<void>) | undefined;
}

/** Serves gRPC on connections that someone else accepts. Go: grpc.Server. */
export class Server {
  readonly #http2: Http2Settings;
  readonly #calls: ServerCallSettings;
  readonly #services = new Map<string, Service>();
  readonly #connections = new Set<ServerTransport>();
  #state: "serving" | "closing" | "destroyed" = "serving";
  #openCalls = 0;
  #onIdle: (() => void)[] = [];

  readonly #options: ServerOptions;

  constructor(options: ServerOptions = {}) {
    this.#options = options;
    this.#http2 = http2Settings(options);
    this.#calls = {
      maxReceiveMessageBytes: options.maxReceiveMessageBytes ?? defaultMaxMessageBytes,
      maxSendMessageBytes: options.maxSendMessageBytes ?? defaultMaxMessageBytes,
      onError(error, path) {
        try {
          options.onError?.(error, path);
        } catch {
          // The caller gets its answer, whatever the report does.
        }
      },
      onDone: () => this.#onCallDone(),
    };
  }

  /** Adds a service. Go: RegisterService. @throws {Error} when a method with the same path exists. */
  addService<S extends ServiceDefinition>(service: S, implementation: ServiceImplementation<S>): void {
    for (const [key, definition] of Object.entries(service)) {
      const path = splitPath(definition.path);
      if (path === undefined) throw new Error(`malformed method name: ${JSON.stringify(definition.path)}`);
      this.#addMethod(path, this.#serve(definition, methodName(key), implementation));
    }
  }

  /** Adds a service that `load` loads at its first call; `fullName` is `package.Service`. */
  addLazyService(fullName: string, load: () => Promise<LazyService>): void {
    if (this.#services.has(fullName)) throw new Error(`the service ${fullName} is there already`);
    const service: Service = { methods: new Map() };
    let loading: Promise<void> | undefined;
    service.load = () => {
      loading ??= load().then(
        (loaded) => {
          service.load = undefined;
          this.addService(loaded.service, loaded.implementation as ServiceImplementation<ServiceDefinition>);
        },
        (error) => {
          // The next call tries again.
          loading = undefined;
          throw error;
        },
      );
      return loading;
    };
    this.#services.set(fullName, service);
  }

  /** The full names (`package.Service`) of all services, in the order in which they were added. Go: GetServiceInfo. */
  get serviceNames(): readonly string[] {
    return [...this.#services.keys()];
  }

  /**
   * Serves a connection: a socket, a TLSSocket whose owner has negotiated `h2`, or any Duplex. The server owns it from
   * now on, and switches Nagle's algorithm off where the connection has it, as Go's net package does.
   */
  handle(connection: Duplex): void {
    if (this.#state !== "serving" || connection.destroyed || speaksAnother(connection)) {
      connection.on("error", ignore).destroy();
      return;
    }
    (connection as Partial<Socket>).setNoDelay?.(true);
    const accepted = new ServerTransport(connection, this.#http2, {
      onStream: (stream, headers) => this.#onStream(stream, headers),
      onClose: () => {
        this.#connections.delete(accepted);
        this.#checkIdle();
      },
    });
    this.#connections.add(accepted);
  }

  /**
   * Accepts no new calls. Resolves when those in flight have ended and every connection is closed. Go: GracefulStop.
   */
  close(): Promise<void> {
    if (this.#state === "serving") {
      this.#state = "closing";
      for (const connection of this.#connections) connection.close();
    }
    const idle = new Promise<void>((resolve) => this.#onIdle.push(resolve));
    this.#checkIdle();
    return idle;
  }

  /** Drops every connection at once: handlers' signals abort, and peers get UNAVAILABLE. Go: Stop. */
  destroy(): void {
    this.#state = "destroyed";
    for (const connection of this.#connections) connection.destroy();
    this.#checkIdle();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #addMethod(path: MethodPath, served: ServedMethod): void {
    let service = this.#services.get(path.service);
    if (service === undefined) {
      service = { methods: new Map() };
      this.#services.set(path.service, service);
    }
    if (service.methods.has(path.method)) throw new Error(`the method ${served.definition.path} is there already`);
    service.methods.set(path.method, served);
  }

  #serve(definition: MethodDefinition, name: string, implementation: object): ServedMethod {
    const handler = (implementation as Record<string, unknown>)[name];
    const run: ServedMethod["invoke"] =
      typeof handler === "function" ? handler.bind(implementation) : () => throwUnimplemented(definition);
    const { interceptors = [] } = this.#options;
    if (interceptors.length === 0) return { definition, invoke: run };
    const next = chain<ServerNext>(interceptors, (call) =>
      runIntercepted(definition, call, (request) => run(request, call.context)),
    );
    return {
      definition,
      async invoke(request, context) {
        const call = { method: definition, ...interceptedRequest(definition, request), context };
        return interceptedResponse(definition, await next(call));
      },
    };
  }

  #onStream(stream: ServerStream, raw: RawHeaders): void {
    const headers = parseRequestHeaders(raw);
    const call = new ServerCall(stream, headers, raw, this.#calls);
    this.#openCalls++;
    stream.listen(call);
    const refusal = refuse(headers) ?? malformedMetadata(call);
    if (refusal !== undefined) call.refuse(refusal);
    else this.#dispatch(call);
  }

  #dispatch(call: ServerCall): void {
    const path = splitPath(call.context.method);
    const service = path === undefined ? undefined : this.#services.get(path.service);
    const served = service?.methods.get(path!.method);
    if (served !== undefined) {
      call.run(served);
    } else if (service?.load !== undefined) {
      service.load().then(
        () => this.#dispatch(call),
        (error) => call.fail(error),
      );
    } else {
      call.refuse({
        httpStatus: 200,
        code: Status.UNIMPLEMENTED,
        details: describeUnknown(call.context.method, path, service),
      });
    }
  }

  #onCallDone(): void {
    this.#openCalls--;
    this.#checkIdle();
  }

  #checkIdle(): void {
    if (this.#state === "serving" || this.#connections.size > 0) return;
    // `destroy` does not wait for handlers that ignore their signal.
    if (this.#state === "closing" && this.#openCalls > 0) return;
    for (const resolve of this.#onIdle.splice(0)) resolve();
  }
}

interface MethodPath {
  readonly service: string;
  readonly method: string;
}

function splitPath(path: string): MethodPath | undefined {
  const slash = path.lastIndexOf("/");
  if (!path.startsWith("/") || slash === 0) return undefined;
  return { service: path.slice(1, slash), method: path.slice(slash + 1) };
}

function describeUnknown(text: string, path: MethodPath | undefined, service: Service | undefined): string {
  if (path === undefined) return `malformed method name: ${JSON.stringify(text)}`;
  if (service === undefined) return `unknown service ${path.service}`;
  return `unknown method ${path.method} for service ${path.service}`;
}

function malformedMetadata(call: ServerCall): Refusal | undefined {
  try {
    call.context.checkMetadata();
    return undefined;
  } catch (error) {
    return { httpStatus: 400, code: Status.INTERNAL, details: (error as Error).message };
  }
}

/** True for a TLSSocket that has not negotiated `h2`. */
function speaksAnother(connection: Duplex): boolean {
  const { alpnProtocol } = connection as { alpnProtocol?: string | false | null };
  return alpnProtocol === false || (typeof alpnProtocol === "string" && alpnProtocol !== "h2");
}

function ignore(): void {}
