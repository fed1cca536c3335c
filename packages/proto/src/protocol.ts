import type { Duplex } from "node:stream";
import type { Broker } from "./broker.js";

/** A client class that grpc-js made, or a generator for it. */
export type GrpcClientClass<C> = new (
  address: string,
  // biome-ignore lint/suspicious/noExplicitAny: grpc-js's types are not ours to load
  credentials: any,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  options?: any,
) => C;

/** A host's side of a connection to a plugin; one implementation for gRPC, one for net/rpc. Go: ClientProtocol. */
export interface PluginClient {
  /** Further connections to and from the plugin. */
  readonly broker: Broker;
  /**
   * A client of one of the set's plugins.
   * @throws when the plugin has no such name.
   */
  dispense(name: string): Promise<unknown>;
  /**
   * A generated grpc-js client on the same connection; loads `@grpc/grpc-js`.
   * @throws for a plugin that speaks net/rpc.
   */
  grpcClient<C>(Client: GrpcClientClass<C>): Promise<C>;
  /** Resolves when the plugin answers. */
  ping(options?: { readonly signal?: AbortSignal; readonly timeoutMs?: number }): Promise<void>;
  /** Asks the plugin to end. Resolves when it answered, when the connection ended, or after `timeoutMs`. */
  shutdown(options: { readonly timeoutMs: number }): Promise<void>;
  /** Ends the connection at once. */
  close(): void;
  /** Resolves when no more of the plugin's output will come. */
  readonly closed: Promise<void>;
}

/** A plugin's side of its connections. Go: ServerProtocol. */
export interface PluginServer {
  /** Serves one accepted connection. */
  handle(connection: Duplex): void;
  /** Resolves when a host asked the plugin to end, and was answered. */
  readonly shutdownRequested: Promise<void>;
  /** Cancels the calls in flight, hands over what output is left, for a bounded time, and ends all connections. */
  close(): Promise<void>;
}
