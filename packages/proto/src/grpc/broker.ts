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
  defaultBrokerTimeoutMs,
} from "../broker.js";
import type { Logger } from "../logger/logger.js";
import { OpenResources } from "../open-resources.js";
import type { Security } from "../tls/security.js";
import type { BrokerTransport } from "./broker-transport.js";

/** Brokered gRPC services and raw connections. Go: GRPCBroker. */
export class GrpcBroker implements Broker {
  #lastId = 0;
  readonly #open = new OpenResources();

  constructor(
    private readonly transport: BrokerTransport,
    private readonly security: Security | undefined,
    private readonly logger: Logger,
  ) {}

  nextId(): number {
    this.#lastId = (this.#lastId + 1) >>> 0;
    return this.#lastId;
  }

  serve<S extends BrokeredService>(
    service: S,
    implementation: BrokeredImplementation<S>,
    { id = this.nextId(), interceptors = [] }: BrokerServeOptions = {},
  ): BrokeredServer {
    const server = new Server({
      interceptors,
      onError: (error, method) => this.logger.error("brokered implementation failed", { method, error }),
    });
    server.addService(service as ServiceDefinition, implementation as ServiceImplementation<ServiceDefinition>);
    const handle = this.#securely((connection) => server.handle(connection));
    const listener = this.transport.listen(id, handle);
    return this.#open.add({
      id,
      close: async () => {
        listener.close();
        server.destroy();
      },
    });
  }

  async connect<S extends BrokeredService>(
    id: number,
    service: S,
    { timeoutMs = defaultBrokerTimeoutMs, interceptors = [] }: BrokerConnectOptions = {},
  ): Promise<BrokeredClient<ClientOfService<S>>> {
    const dial = await this.transport.dialer(id, timeoutMs);
    const channel = new Channel(async () => this.#secured(await dial()), { interceptors });
    const brokered = this.#open.add({
      client: createClient(channel, service as ServiceDefinition) as unknown as ClientOfService<S>,
      close: async () => channel.destroy(),
    });
    try {
      await channel.connect();
    } catch (error) {
      await brokered.close();
      throw error instanceof Error && error.cause instanceof BrokerError ? error.cause : error;
    }
    return brokered;
  }

  accept(id: number, options: BrokerOptions = {}): Promise<Duplex> {
    const timeoutMs = options.timeoutMs ?? defaultBrokerTimeoutMs;
    return new Promise((resolve, reject) => {
      const waiting = this.#open.add({
        close: async () => {
          clearTimeout(timer);
          listener.close();
          reject(new BrokerError("ERR_BROKER_CLOSED", `the broker was closed while accepting id ${id}`));
        },
      });
      const timer = setTimeout(() => {
        reject(
          new BrokerError(
            "ERR_BROKER_TIMEOUT",
            `timeout waiting for accept: nobody dialed id ${id} within ${timeoutMs} ms`,
          ),
        );
        void waiting.close();
      }, timeoutMs);
      const onConnection = this.#securely((connection) => {
        resolve(connection);
        void waiting.close();
      });
      const listener = this.transport.listen(id, onConnection);
    });
  }

  async dial(id: number, options: BrokerOptions = {}): Promise<Duplex> {
    const dial = await this.transport.dialer(id, options.timeoutMs ?? defaultBrokerTimeoutMs);
    return this.#secured(await dial());
  }

  async close(): Promise<void> {
    this.transport.close();
    await this.#open.closeAll();
  }

  #secured(connection: Duplex): Duplex | Promise<Duplex> {
    return this.security ? this.security.client(connection) : connection;
  }

  #securely(handle: (connection: Duplex) => void): (connection: Duplex) => void {
    return this.security ? this.security.server(handle) : handle;
  }
}
