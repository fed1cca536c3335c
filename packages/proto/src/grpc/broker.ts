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
import { type BrokerLimit, firstConnection, withinLimit } from "../broker-limit.js";
import type { Logger } from "../logger/logger.js";
import { OpenResources } from "../open-resources.js";
import type { Security } from "../tls/security.js";
import type { BrokerTransport, Dial } from "./broker-transport.js";

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
    checkId(id);
    this.#open.expectOpen(`serving id ${id}`);
    const server = new Server({
      interceptors,
      onError: (error, method) => this.logger.error("brokered implementation failed", { method, error }),
    });
    server.addService(service as ServiceDefinition, implementation as ServiceImplementation<ServiceDefinition>);
    const handle = this.#securely((connection) => server.handle(connection));
    const listener = this.transport.listen(id, handle, (error) =>
      this.logger.error("cannot listen for a brokered connection", { id, error }),
    );
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
    { interceptors = [], ...options }: BrokerConnectOptions = {},
  ): Promise<BrokeredClient<ClientOfService<S>>> {
    const doing = `connecting to id ${id}`;
    return withinLimit(this.#open, doing, options, async (limit) => {
      checkId(id);
      const dial = await this.transport.dialer(id, limit);
      let dialFirst: (() => Promise<Duplex>) | undefined = () => this.#dial(dial, limit);
      const dialAgain = () =>
        withinLimit(this.#open, doing, { timeoutMs: options.timeoutMs }, (again) => this.#dial(dial, again));
      const channel = new Channel(() => (dialFirst ?? dialAgain)(), { interceptors });
      const brokered = this.#open.add({
        client: createClient(channel, service as ServiceDefinition) as unknown as ClientOfService<S>,
        close: async () => channel.destroy(),
      });
      limit.signal.addEventListener("abort", brokered.close, { once: true });
      try {
        await channel.connect();
      } catch (error) {
        await brokered.close();
        throw error instanceof Error && error.cause instanceof BrokerError ? error.cause : error;
      }
      dialFirst = undefined;
      return brokered;
    });
  }

  accept(id: number, options: BrokerOptions = {}): Promise<Duplex> {
    return withinLimit(this.#open, `accepting id ${id}`, options, async (limit) => {
      checkId(id);
      const connection = firstConnection(
        (onConnection, onFailed) => this.transport.listen(id, this.#securely(onConnection), onFailed),
        limit,
      );
      const step = `waiting for accept: nobody dialed id ${id}`;
      return this.#open.addConnection(await limit.during(step, connection));
    });
  }

  dial(id: number, options: BrokerOptions = {}): Promise<Duplex> {
    return withinLimit(this.#open, `connecting to id ${id}`, options, async (limit) => {
      checkId(id);
      const dial = await this.transport.dialer(id, limit);
      return this.#open.addConnection(await this.#dial(dial, limit));
    });
  }

  async close(): Promise<void> {
    this.transport.close();
    await this.#open.closeAll();
  }

  async #dial(dial: Dial, limit: BrokerLimit): Promise<Duplex> {
    const { signal } = limit;
    const connection = await dial(limit);
    const destroy = () => connection.on("error", () => {}).destroy();
    if (signal.aborted) {
      destroy();
      throw signal.reason;
    }
    if (!this.security) return connection;
    signal.addEventListener("abort", destroy, { once: true });
    try {
      return await this.security.client(connection);
    } finally {
      signal.removeEventListener("abort", destroy);
    }
  }

  #securely(handle: (connection: Duplex) => void): (connection: Duplex) => void {
    return this.security ? this.security.server(handle) : handle;
  }
}
