import type { Duplex } from "node:stream";
import type { ServiceDefinition, ServiceImplementation } from "./definition.js";
import type { ServerInterceptor } from "./interceptor.js";

/** How a server behaves; everything has a default. */
export interface ServerOptions {
  /** Middleware around every call. @default none (Go: `grpc.ChainUnaryInterceptor`, `grpc.ChainStreamInterceptor`) */
  readonly interceptors?: readonly ServerInterceptor[];
  /** Told what a handler throws that is not a `StatusError`; the peer sees UNKNOWN with the error's message. @default nothing */
  readonly onError?: (error: unknown, path: string) => void;
  /** The longest message that is taken, in bytes; a longer one fails its call with RESOURCE_EXHAUSTED. @default 2147483647 (Go: `grpc.MaxRecvMsgSize`) */
  readonly maxReceiveMessageBytes?: number;
  /** The longest message that is sent, in bytes. @default 2147483647 (Go: `grpc.MaxSendMsgSize`) */
  readonly maxSendMessageBytes?: number;
  /** The longest header list (names, values and 32 bytes for each) that is taken. @default 131072 (Go: `grpc.MaxHeaderListSize`) */
  readonly maxHeaderListBytes?: number;
  /** How many calls one connection may have open; the peer keeps others waiting. @default 4294967295 (Go: `grpc.MaxConcurrentStreams`) */
  readonly maxConcurrentStreams?: number;
  /** How far the peer may send ahead in one call, in bytes. @default 1048576 (Go: `grpc.InitialWindowSize`) */
  readonly windowBytes?: number;
}

/** A service that is loaded at its first call. */
export interface LazyService {
  readonly service: ServiceDefinition;
  readonly implementation: object;
}

/** Serves gRPC on connections that someone else accepts (Go: `grpc.Server`). */
export class Server {
  constructor(options: ServerOptions = {}) {
    void options;
  }

  /** Adds a service (Go: `RegisterService`). @throws Error if a method with the same path is there. */
  addService<S extends ServiceDefinition>(service: S, implementation: ServiceImplementation<S>): void {
    throw new Error(`not there yet ${service} ${implementation}`);
  }

  /** Adds a service that `load` brings at its first call; `fullName` is `package.Service`. */
  addLazyService(fullName: string, load: () => Promise<LazyService>): void {
    throw new Error(`not there yet ${fullName} ${load}`);
  }

  /** The full names (`package.Service`) of all services, in the order of their addition (Go: `GetServiceInfo`). */
  get serviceNames(): readonly string[] {
    return [];
  }

  /** Serves a connection: a socket, a TLSSocket (its owner has negotiated `h2`), any Duplex. */
  handle(connection: Duplex): void {
    throw new Error(`not there yet ${connection}`);
  }

  /** No new calls; ends when those in flight have ended and every connection is closed (Go: `GracefulStop`). */
  close(): Promise<void> {
    throw new Error("not there yet");
  }

  /** Drops every connection at once: handlers see their signal aborted, peers UNAVAILABLE (Go: `Stop`). */
  destroy(): void {
    throw new Error("not there yet");
  }
}
