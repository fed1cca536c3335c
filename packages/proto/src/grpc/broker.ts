import type { Duplex } from "node:stream";
import { Channel, createClient, Server, type ServiceDefinition, type ServiceImplementation } from "@go-plugin/grpc";
import {
  type Broker,
  type BrokerConnectOptions,
  BrokerError,
  type BrokeredClient,
  type BrokeredImplementation,
  type BrokeredServer,
  type BrokeredService,
  type BrokerOptions,
  type BrokerServeOptions,
  type ClientOfService,
  checkId,
} from "../broker.js";
import { BrokerResources } from "../broker-resources.js";
import type { Deadline } from "../deadline.js";
import { brokered } from "../diagnostics/events.js";
import { firstConnection } from "../first-connection.js";
import type { Logger } from "../logger/logger.js";
import type { Security } from "../tls/security.js";
import type { BrokerTransport, Dial } from "./broker-transport.js";

/** Brokered gRPC services and raw connections. Go: GRPCBroker. */
export class GrpcBroker implements Broker {
  readonly #transport: BrokerTransport;
  readonly #security: Security | undefined;
  readonly #logger: Logger;
  readonly #resources = new BrokerResources();
  #lastId = 0;

  constructor(transport: BrokerTransport, security: Security | undefined, logger: Logger) {
    this.#transport = transport;
    this.#security = security;
    this.#logger = logger;
  }

  nextId(): number {
    this.#lastId = (this.#lastId + 1) >>> 0;
    return this.#lastId;
  }

  serve<S extends BrokeredService>(
    service: S,
    implementation: BrokeredImplementation<S>,
    { id = this.nextId(), interceptors = [] }: BrokerServeOptions = {},
  ): BrokeredServer {
    checkId(id);
    this.#resources.expectOpen(`serving id ${id}`);
    const server = new Server({
      interceptors,
      onError: (error, method) => this.#logger.error("brokered implementation failed", { method, error }),
    });
    server.addService(service as ServiceDefinition, implementation as ServiceImplementation<ServiceDefinition>);
    const listener = this.#listen(
      id,
      (connection) => server.handle(connection),
      (error) => this.#logger.error("cannot listen for a brokered connection", { id, error }),
    );
    const close = async () => {
      listener.close();
      server.destroy();
    };
    return this.#resources.add({ id, close });
  }

  async connect<S extends BrokeredService>(
    id: number,
    service: S,
    { interceptors = [], ...options }: BrokerConnectOptions = {},
  ): Promise<BrokeredClient<ClientOfService<S>>> {
    if (brokered.hasSubscribers) brokered.publish({ protocol: "grpc", action: "connect", id });
    const doing = `connecting to id ${id}`;
    return this.#resources.attempt(doing, options, async (deadline) => {
      checkId(id);
      const dial = await this.#transport.resolve(id, deadline);
      // The first connection belongs to this attempt; each later one is an attempt of its own.
      let attempt: Deadline | undefined = deadline;
      const dialAgain = () =>
        this.#resources.attempt(doing, { timeoutMs: options.timeoutMs }, (again) => this.#dial(dial, again));
      const channel = new Channel(() => (attempt ? this.#dial(dial, attempt) : dialAgain()), { interceptors });
      const brokered = this.#resources.add({
        client: createClient(channel, service as ServiceDefinition) as unknown as ClientOfService<S>,
        close: async () => channel.destroy(),
      });
      deadline.signal.addEventListener("abort", brokered.close, { once: true });
      try {
        await channel.connect();
      } catch (error) {
        await brokered.close();
        throw error instanceof Error && error.cause instanceof BrokerError ? error.cause : error;
      }
      attempt = undefined;
      return brokered;
    });
  }

  accept(id: number, options: BrokerOptions = {}): Promise<Duplex> {
    if (brokered.hasSubscribers) brokered.publish({ protocol: "grpc", action: "accept", id });
    return this.#resources.attempt(`accepting id ${id}`, options, async (deadline) => {
      checkId(id);
      const connection = await deadline.step(`waiting for accept: nobody dialed id ${id}`, () =>
        firstConnection((onConnection, onFailed) => this.#listen(id, onConnection, onFailed), deadline.signal),
      );
      return this.#resources.addConnection(connection);
    });
  }

  dial(id: number, options: BrokerOptions = {}): Promise<Duplex> {
    if (brokered.hasSubscribers) brokered.publish({ protocol: "grpc", action: "dial", id });
    return this.#resources.attempt(`connecting to id ${id}`, options, async (deadline) => {
      checkId(id);
      const dial = await this.#transport.resolve(id, deadline);
      return this.#resources.addConnection(await this.#dial(dial, deadline));
    });
  }

  async close(): Promise<void> {
    this.#transport.close();
    await this.#resources.closeAll();
  }

  /** Listens for connections, and secures them. */
  #listen(id: number, onConnection: (connection: Duplex) => void, onFailed: (error: Error) => void): { close(): void } {
    const onSecured = this.#security ? this.#security.server(onConnection) : onConnection;
    return this.#transport.listen(id, onSecured, onFailed);
  }

  /** Dials, and secures the connection. */
  async #dial(dial: Dial, deadline: Deadline): Promise<Duplex> {
    const { signal } = deadline;
    const connection = await dial(deadline);
    const destroy = () => connection.on("error", () => {}).destroy();
    if (signal.aborted) {
      destroy();
      throw signal.reason;
    }
    if (!this.#security) return connection;
    signal.addEventListener("abort", destroy, { once: true });
    try {
      return await this.#security.client(connection);
    } finally {
      signal.removeEventListener("abort", destroy);
    }
  }
}
