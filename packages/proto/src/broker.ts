import type { Duplex } from "node:stream";
import type {
  ClientInterceptor,
  ServerInterceptor,
  ServiceClient,
  ServiceDefinition,
  ServiceImplementation,
} from "@go-plugin/grpc";
import type { RpcClient, RpcImplementation, RpcService } from "@go-plugin/netrpc";

/** Go gives each of these steps five seconds. */
export const defaultBrokerTimeoutMs = 5_000;

/** The number of the other side's offers and dials that may wait until somebody asks for them. */
export const maxUnclaimed = 1_024;

/** A service of the protocol that the plugin speaks: a gRPC definition, or the methods of a net/rpc service. */
export type BrokeredService = ServiceDefinition | RpcService;
/** A client of the service, with a function for each of its methods. Go: the generated client, rpc.Client. */
export type ClientOfService<S> = S extends RpcService ? RpcClient<S> : ServiceClient<S>;
/** An object that serves the service, with a function for each of its methods. Go: the generated server, rpc.Server's receiver. */
export type BrokeredImplementation<S> = S extends RpcService ? RpcImplementation<S> : ServiceImplementation<S>;

/** Limits on waiting for the other side. */
export interface BrokerOptions {
  /**
   * Milliseconds in which the connection must be made: offered by the other side, dialed, secured and ready for calls.
   * Waiting for earlier multiplexed dials does not count, as in Go. Go: 5 seconds for each step.
   * @default 5_000
   */
  readonly timeoutMs?: number | undefined;
  /** Cancels the connection before it is made, with `ERR_BROKER_ABORTED`; later it has no effect. Go: none. */
  readonly signal?: AbortSignal | undefined;
}

/** Options of {@link Broker.connect}. */
export interface BrokerConnectOptions extends BrokerOptions {
  /**
   * Middleware around every call; over net/rpc, which has none, it is ignored.
   * @default none
   */
  readonly interceptors?: readonly ClientInterceptor[];
}

/** Options of {@link Broker.serve}. */
export interface BrokerServeOptions {
  /**
   * An id of `nextId`.
   * @default a new one
   */
  readonly id?: number;
  /**
   * Middleware around every call; over net/rpc, which has none, it is ignored.
   * @default none
   */
  readonly interceptors?: readonly ServerInterceptor[];
}

/** A service that the other side can call by its id. */
export interface BrokeredServer extends AsyncDisposable {
  /** The id to send to the other side, as an ordinary uint32 in a message. */
  readonly id: number;
  /** Stops serving: calls in flight are cancelled, and nothing of it is left. */
  close(): Promise<void>;
}

/** A client of a service that the other side serves. */
export interface BrokeredClient<C> extends AsyncDisposable {
  readonly client: C;
  /** Ends the connection; calls in flight fail. */
  close(): Promise<void>;
}

/**
 * Further connections between host and plugin, in either direction. One side makes each connection's id and sends it to
 * the other. Go: GRPCBroker, MuxBroker.
 */
export interface Broker {
  /** An id that this side has not used yet, from 1 on. The other side counts its own. Go: NextId. */
  nextId(): number;
  /**
   * Serves a service to the other side. Go: AcceptAndServe.
   *
   * @throws {BrokerError} `ERR_BROKER_CLOSED`.
   * @throws {RangeError} for an invalid id.
   */
  serve<S extends BrokeredService>(
    service: S,
    implementation: BrokeredImplementation<S>,
    options?: BrokerServeOptions,
  ): BrokeredServer;
  /**
   * Connects to the service that the other side serves under the id. Go: Dial.
   *
   * @throws {BrokerError} `ERR_BROKER_TIMEOUT` when the other side does not offer it in time.
   * @throws {Error} the connection's own error.
   * @throws {RangeError} for an invalid id.
   */
  connect<S extends BrokeredService>(
    id: number,
    service: S,
    options?: BrokerConnectOptions,
  ): Promise<BrokeredClient<ClientOfService<S>>>;
  /**
   * Accepts one connection of the other side to the id, as raw bytes. It ends with the broker at the latest. Go:
   * Accept.
   * @throws {BrokerError} as `connect`.
   */
  accept(id: number, options?: BrokerOptions): Promise<Duplex>;
  /**
   * Dials the id that the other side accepts, and returns raw bytes. The connection ends with the broker at the latest.
   * Go: Dial.
   * @throws {BrokerError} as `connect`.
   */
  dial(id: number, options?: BrokerOptions): Promise<Duplex>;
}

/** @throws {RangeError} for an invalid id. */
export function checkId(id: number): void {
  if (id === id >>> 0) return;
  throw new RangeError(`expected an id from 0 to 4294967295, as nextId makes them, got ${id}`);
}

/** A brokered connection could not be made. */
export class BrokerError extends Error {
  static override get name(): string {
    return "BrokerError";
  }
  override readonly name = "BrokerError";
  constructor(
    readonly code: "ERR_BROKER_TIMEOUT" | "ERR_BROKER_ABORTED" | "ERR_BROKER_CLOSED" | "ERR_BROKER_REFUSED",
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

/**
 * Returns true for a {@link BrokerError}, even of another copy of this package: a program may load it as ESM and as CommonJS.
 *
 * @example
 * ```ts
 * try {
 *   await broker.connect(id, service);
 * } catch (error) {
 *   if (isBrokerError(error)) console.error(error.code);
 *   throw error;
 * }
 * ```
 */
export function isBrokerError(error: unknown): error is BrokerError {
  return (
    error instanceof Error && error.name === "BrokerError" && /^ERR_BROKER_/.test(String((error as BrokerError).code))
  );
}
