import { type Duplex, finished } from "node:stream";
import { Session } from "@go-plugin/yamux";
import { BrokerError } from "../broker.js";
import { type KeepAliveOptions, sessionKeepAlive } from "../keep-alive.js";
import type { Logger } from "../logger/logger.js";
import type { BrokerStream } from "./broker-stream.js";
import { MultiplexedTransport } from "./multiplexed-transport.js";

/** Options of a {@link MultiplexedConnection}. */
export interface MultiplexedOptions {
  readonly logger: Logger;
  readonly keepAlive?: KeepAliveOptions | false | undefined;
}

/**
 * The one connection that host and plugin share when they multiplex. A stream that a knock announced belongs to the
 * broker; any other goes to `onStream`. Go: grpcmux.
 */
export class MultiplexedConnection {
  readonly #role: "client" | "server";
  readonly #onStream: (stream: Duplex) => void;
  readonly #logger: Logger;
  readonly #keepAlive: KeepAliveOptions | false | undefined;
  #session: Session | undefined;
  #connection: Duplex | undefined;
  #transport: MultiplexedTransport | undefined;

  constructor(
    role: "client" | "server",
    onStream: (stream: Duplex) => void,
    { logger, keepAlive }: MultiplexedOptions,
  ) {
    this.#role = role;
    this.#onStream = onStream;
    this.#logger = logger;
    this.#keepAlive = keepAlive;
  }

  /** The broker's share of the connection. */
  transport(brokers: BrokerStream): MultiplexedTransport {
    this.#transport = new MultiplexedTransport(brokers, { open: () => this.open() });
    return this.#transport;
  }

  /** Takes the connection, unless there is one already: streams of two connections could not be distinguished. */
  use(connection: Duplex): void {
    if (this.#session) {
      connection.destroy();
      return;
    }
    const session = new Session(connection, { role: this.#role, ...sessionKeepAlive(this.#keepAlive) });
    this.#session = session;
    this.#connection = connection;
    void this.#serve(session);
  }

  /**
   * Opens a stream.
   *
   * @throws {BrokerError} `ERR_BROKER_CLOSED` without a connection.
   * @throws {SessionError} when the connection has ended.
   */
  open(): Duplex {
    if (this.#session) return this.#session.open();
    throw new BrokerError("ERR_BROKER_CLOSED", "there is no connection to open a stream on");
  }

  /**
   * Ends all streams after their sent data. It does not wait for the other side: a Go host never ends the connection.
   */
  close(): void {
    void this.#session?.close();
    const connection = this.#connection;
    if (connection) finished(connection, { readable: false }, () => connection.destroy());
  }

  async #serve(session: Session): Promise<void> {
    try {
      for await (const stream of session) {
        stream.on("error", () => {});
        if (!this.#transport?.accept(stream)) this.#onStream(stream);
      }
    } catch (error) {
      this.#logger.debug("the multiplexed connection ended", { error });
    }
    this.#session = undefined;
    this.#transport?.reset();
  }
}
