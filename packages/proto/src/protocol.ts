import type { Duplex } from "node:stream";
import type { ClientInterceptor, ServerInterceptor } from "@go-plugin/grpc";
import type { Broker } from "./broker.js";
import type { KeepAliveOptions } from "./keep-alive.js";
import type { Logger } from "./logger/logger.js";
import type { AddressTranslator } from "./sockets/address-translator.js";
import type { SocketAddress } from "./sockets/dial.js";
import type { ListenOptions } from "./sockets/listen.js";
import type { StdioDestinations, StdioSource } from "./stdio.js";
import type { Security } from "./tls/security.js";

/** A client class that grpc-js made, or a generator for it. */
export type GrpcClientClass<C = unknown> = new (
  address: string,
  // biome-ignore lint/suspicious/noExplicitAny: grpc-js's types must not be loaded here
  credentials: any,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  options?: any,
) => C;

/** Options that both sides of a connection have. */
interface ConnectionOptions {
  readonly logger: Logger;
  /** Secures every connection, including the brokered ones. */
  readonly security?: Security | undefined;
  /**
   * Lets gRPC's brokered connections share the one connection.
   * @default false
   */
  readonly multiplex?: boolean;
  /** Keepalive of yamux sessions: net/rpc's, and gRPC's when it is multiplexed. */
  readonly keepAlive?: KeepAliveOptions | false | undefined;
  /** Options of the sockets for brokered connections. */
  readonly sockets?: ListenOptions;
}

/** Options of a host's connection to a plugin. */
export interface PluginClientOptions extends ConnectionOptions, StdioDestinations {
  /** Middleware around every gRPC call to the plugin's services. */
  readonly interceptors?: readonly ClientInterceptor[] | undefined;
  /** Translates the addresses of brokered connections, where the two sides have different ones. */
  readonly translator?: AddressTranslator | undefined;
  readonly watcher?: SocketWatcher | undefined;
}

/** Options of a {@link PluginServer}, once host and plugin have agreed. Go: GRPCServer, RPCServer. */
export interface PluginServerOptions extends ConnectionOptions {
  /** The version that host and plugin agreed on. */
  readonly version: number;
  readonly stdio: StdioSource;
  /** Milliseconds that the plugin's last output has to reach the host. */
  readonly flushTimeoutMs: number;
  /** Middleware around every gRPC call of the plugin's services. */
  readonly interceptors?: readonly ServerInterceptor[] | undefined;
}

/** Options of a ping. */
export interface PingOptions {
  /** Cancels the ping. */
  readonly signal?: AbortSignal;
  /** Milliseconds that the plugin may take to answer. @default no limit */
  readonly timeoutMs?: number;
  /**
   * If true, a gRPC plugin must also report the health status SERVING. Net/rpc has no such status. Go: none; Go's ping
   * ignores the status.
   * @default false
   */
  readonly healthy?: boolean;
}

/** Something that keeps a process alive while it is open: a socket, or a server. */
export interface Handle {
  ref?(): unknown;
  unref?(): unknown;
  once?(event: "close", listener: () => void): unknown;
}

/** Observes the sockets of brokered connections. */
export interface SocketWatcher {
  /** Called with each socket and each server of this side. */
  onHandle(handle: Handle): void;
  /** Called with each address that the other side offers, valid or not. */
  onOffer(address: SocketAddress): void;
}

/** A host's side of a connection to a plugin; one implementation for gRPC, one for net/rpc. Go: ClientProtocol. */
export interface PluginClient {
  /** Further connections to and from the plugin. */
  readonly broker: Broker;
  /**
   * A client of one of the set's plugins.
   * @throws {Error} when the plugin has no such name.
   */
  dispense(name: string): Promise<unknown>;
  /**
   * A generated grpc-js client on the same connection, with these options of grpc-js; loads `@grpc/grpc-js`.
   * @throws {Error} for a plugin that speaks net/rpc.
   */
  grpcClient<T extends GrpcClientClass>(Client: T, options?: ConstructorParameters<T>[2]): Promise<InstanceType<T>>;
  /** Resolves when the plugin answers. */
  ping(options?: PingOptions): Promise<void>;
  /** Resolves when what the plugin has printed has arrived, or after a quarter of a second. */
  outputAtRest(): Promise<void>;
  /**
   * Asks the plugin to end. Resolves when it has answered, when the connection has ended, or after `timeoutMs`.
   * @returns false when the plugin cannot be asked, since it has no controller.
   */
  shutdown(options: { readonly timeoutMs: number }): Promise<boolean>;
  /** Ends the connection at once. Over gRPC, later calls fail with `cause`; without it they are cancelled. */
  close(cause?: Error): void;
  /** Resolves when no more of the plugin's output will come. */
  readonly closed: Promise<void>;
}

/** A plugin's side of its connections. Go: ServerProtocol. */
export interface PluginServer {
  /** Serves one accepted connection, and secures it if necessary. */
  handle(connection: Duplex): void;
  /** Resolves when a host asked the plugin to end, and was answered. */
  readonly shutdownRequested: Promise<void>;
  /** Cancels the calls in flight, hands over the remaining output within a time limit, and ends all connections. */
  close(): Promise<void>;
}
