import type { Duplex } from "node:stream";
import {
  createRpcClient,
  RpcConnection,
  type RpcConnectionOptions,
  type RpcImplementation,
  RpcServer,
  type RpcService,
} from "@go-plugin/netrpc";
import { type Session, SessionError, type Stream } from "@go-plugin/yamux";
import {
  type Broker,
  BrokerError,
  type BrokeredClient,
  type BrokeredImplementation,
  type BrokeredServer,
  type BrokeredService,
  type BrokerOptions,
  type BrokerServeOptions,
  type ClientOfService,
  checkId,
  maxUnclaimed,
} from "../broker.js";
import { BrokerResources } from "../broker-resources.js";
import { brokered } from "../diagnostics/events.js";
import { firstConnection } from "../first-connection.js";
import type { Logger } from "../logger/logger.js";
import { readId } from "./read-id.js";
import { pluginServiceName } from "./services.js";
import { UnclaimedStream } from "./unclaimed-stream.js";

/** Brokered connections as streams of the one connection. Each begins with its id, which the other side echoes. Go: MuxBroker. */
export class NetRpcBroker implements Broker {
  readonly #session: Session;
  readonly #connection: RpcConnectionOptions | undefined;
  readonly #logger: Logger;
  readonly #resources = new BrokerResources();
  readonly #listeners = new Map<number, (stream: Stream) => void>();
  /** Streams whose id nobody has asked for yet. */
  readonly #unclaimed = new Map<number, UnclaimedStream>();
  /** The number of streams whose id has not arrived yet. */
  #reading = 0;
  #lastId = 0;

  constructor(session: Session, connection: RpcConnectionOptions | undefined, logger: Logger) {
    this.#session = session;
    this.#connection = connection;
    this.#logger = logger;
  }

  nextId(): number {
    this.#lastId = (this.#lastId + 1) >>> 0;
    return this.#lastId;
  }

  /** Takes a stream that the other side has opened. */
  async receive(stream: Stream): Promise<void> {
    stream.on("error", () => {});
    if (this.#reading + this.#unclaimed.size >= maxUnclaimed) {
      stream.destroy();
      return;
    }
    this.#reading++;
    try {
      const id = await this.#resources.attempt("reading an id", {}, ({ signal }) => readId(stream, signal));
      const onConnection = this.#listeners.get(id);
      if (onConnection) onConnection(stream);
      else this.#keep(id, stream);
    } catch {
      stream.destroy();
    } finally {
      this.#reading--;
    }
  }

  serve<S extends BrokeredService>(
    service: S,
    implementation: BrokeredImplementation<S>,
    options: BrokerServeOptions = {},
  ): BrokeredServer {
    const id = options.id ?? this.nextId();
    checkId(id);
    this.#resources.expectOpen(`serving id ${id}`);
    const server = new RpcServer({
      ...this.#connection,
      onError: (error, method) => this.#logger.error("brokered implementation failed", { method, error }),
    });
    server.addService(pluginServiceName, service as RpcService, implementation as RpcImplementation<RpcService>);
    const listener = this.#listen(id, (stream) => server.handle(stream));
    return this.#resources.add({
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
    options: BrokerOptions = {},
  ): Promise<BrokeredClient<ClientOfService<S>>> {
    const stream = await this.dial(id, options);
    const client = new RpcConnection(stream, this.#connection);
    return this.#resources.add({
      client: createRpcClient(client, pluginServiceName, service as RpcService) as ClientOfService<S>,
      close: async () => client.close(),
    });
  }

  accept(id: number, options: BrokerOptions = {}): Promise<Duplex> {
    if (brokered.hasSubscribers) brokered.publish({ protocol: "netrpc", action: "accept", id });
    return this.#resources.attempt(`accepting id ${id}`, options, async (deadline) => {
      checkId(id);
      const connection = await deadline.step(`waiting for accept: nobody dialed id ${id}`, () =>
        firstConnection((onConnection) => this.#listen(id, onConnection), deadline.signal),
      );
      return this.#resources.addConnection(connection);
    });
  }

  dial(id: number, options: BrokerOptions = {}): Promise<Duplex> {
    if (brokered.hasSubscribers) brokered.publish({ protocol: "netrpc", action: "dial", id });
    return this.#resources.attempt(`connecting to id ${id}`, options, async ({ signal }) => {
      checkId(id);
      let stream: Stream | undefined;
      try {
        stream = this.#session.open();
        stream.on("error", () => {});
        stream.write(encodeId(id));
        const echo = await readId(stream, signal);
        if (echo === id) return this.#resources.addConnection(stream);
        throw new BrokerError("ERR_BROKER_REFUSED", `bad ack: ${echo} (expected ${id})`);
      } catch (error) {
        stream?.destroy();
        throw error instanceof BrokerError ? error : dialError(id, error as Error);
      }
    });
  }

  async close(): Promise<void> {
    for (const unclaimed of this.#unclaimed.values()) unclaimed.drop();
    await this.#resources.closeAll();
  }

  /** Offers the id, and accepts a stream that was dialed before. */
  #listen(id: number, onStream: (stream: Stream) => void): { close(): void } {
    const onConnection = (stream: Stream) => {
      stream.write(encodeId(id));
      onStream(stream);
    };
    this.#listeners.set(id, onConnection);
    const early = this.#unclaimed.get(id);
    if (early) onConnection(early.claim());
    return {
      close: () => {
        if (this.#listeners.get(id) === onConnection) this.#listeners.delete(id);
      },
    };
  }

  #keep(id: number, stream: Stream): void {
    if (this.#unclaimed.has(id)) {
      stream.destroy();
      return;
    }
    this.#unclaimed.set(id, new UnclaimedStream(stream, () => this.#unclaimed.delete(id)));
  }
}

function dialError(id: number, cause: Error): BrokerError {
  if (cause instanceof SessionError) {
    const message = `the connection to the other side had ended when id ${id} was dialed: ${cause.message}`;
    return new BrokerError("ERR_BROKER_CLOSED", message, { cause });
  }
  // The other side keeps an unaccepted stream for a while.
  const message = `the other side did not accept a connection to id ${id}: ${cause.message}`;
  return new BrokerError("ERR_BROKER_TIMEOUT", message, { cause });
}

function encodeId(id: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32LE(id);
  return bytes;
}
