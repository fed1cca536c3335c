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
import { firstConnection, withinLimit } from "../broker-limit.js";
import type { Logger } from "../logger/logger.js";
import { OpenResources } from "../open-resources.js";
import { readId } from "./read-id.js";
import { pluginServiceName } from "./services.js";
import { UnclaimedStream } from "./unclaimed-stream.js";

/** A stream of the one connection for each brokered connection, which begins with its id and the id's echo. Go: MuxBroker. */
export class NetRpcBroker implements Broker {
  #lastId = 0;
  readonly #open = new OpenResources();
  readonly #listeners = new Map<number, (stream: Stream) => void>();
  /** Streams whose id nobody has asked for yet are kept for a while, and not without limit. */
  readonly #unclaimed = new Map<number, UnclaimedStream>();
  /** Streams whose id has not come yet. */
  #reading = 0;

  constructor(
    private readonly session: Session,
    private readonly connection: RpcConnectionOptions | undefined,
    private readonly logger: Logger,
  ) {}

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
      const id = await withinLimit(this.#open, "reading an id", {}, ({ signal }) => readId(stream, signal));
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
    this.#open.expectOpen(`serving id ${id}`);
    const server = new RpcServer({
      ...this.connection,
      onError: (error, method) => this.logger.error("brokered implementation failed", { method, error }),
    });
    server.addService(pluginServiceName, service as RpcService, implementation as RpcImplementation<RpcService>);
    const listener = this.#listen(id, (stream) => server.handle(stream));
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
    options: BrokerOptions = {},
  ): Promise<BrokeredClient<ClientOfService<S>>> {
    const stream = await this.dial(id, options);
    const client = new RpcConnection(stream, this.connection);
    return this.#open.add({
      client: createRpcClient(client, pluginServiceName, service as RpcService) as ClientOfService<S>,
      close: async () => client.close(),
    });
  }

  accept(id: number, options: BrokerOptions = {}): Promise<Duplex> {
    return withinLimit(this.#open, `accepting id ${id}`, options, async (limit) => {
      checkId(id);
      const connection = firstConnection((onConnection) => this.#listen(id, onConnection), limit);
      const step = `waiting for accept: nobody dialed id ${id}`;
      return this.#open.addConnection(await limit.during(step, connection));
    });
  }

  dial(id: number, options: BrokerOptions = {}): Promise<Duplex> {
    return withinLimit(this.#open, `connecting to id ${id}`, options, async ({ signal }) => {
      checkId(id);
      let stream: Stream | undefined;
      try {
        stream = this.session.open();
        stream.on("error", () => {});
        stream.write(encodeId(id));
        const echo = await readId(stream, signal);
        if (echo === id) return this.#open.addConnection(stream);
        throw new BrokerError("ERR_BROKER_REFUSED", `bad ack: ${echo} (expected ${id})`);
      } catch (error) {
        stream?.destroy();
        throw error instanceof BrokerError ? error : dialError(id, error as Error);
      }
    });
  }

  async close(): Promise<void> {
    for (const unclaimed of this.#unclaimed.values()) unclaimed.drop();
    await this.#open.closeAll();
  }

  /** Offers the id; what has been dialed before is taken at once. */
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
  // The other side keeps a stream that nobody accepts for a while.
  const message = `the other side did not accept a connection to id ${id}: ${cause.message}`;
  return new BrokerError("ERR_BROKER_TIMEOUT", message, { cause });
}

function encodeId(id: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32LE(id);
  return bytes;
}
