import { type Duplex, finished } from "node:stream";
import { Session } from "@go-plugin/yamux";
import { BrokerError } from "../broker.js";
import type { Logger } from "../logger/logger.js";
import type { BrokerStream } from "./broker-stream.js";
import { MultiplexedTransport } from "./multiplexed-transport.js";

/**
 * The one connection that host and plugin share when they multiplex: its streams are those of the broker, and those
 * that no knock announced, which `onStream` gets. Go: grpcmux.
 */
export class MultiplexedConnection {
  #session: Session | undefined;
  #connection: Duplex | undefined;
  #transport: MultiplexedTransport | undefined;

  constructor(
    private readonly role: "client" | "server",
    private readonly onStream: (stream: Duplex) => void,
    private readonly logger: Logger,
  ) {}

  readonly transport = (link: BrokerStream): MultiplexedTransport => {
    this.#transport = new MultiplexedTransport(link, { open: () => this.open() });
    return this.#transport;
  };

  /** Takes the connection. While there is one, others are refused: their streams could not be told from its own. */
  use(connection: Duplex): void {
    if (this.#session) {
      connection.destroy();
      return;
    }
    const session = new Session(connection, { role: this.role });
    this.#session = session;
    this.#connection = connection;
    void this.#serve(session);
  }

  /** @throws BrokerError without a connection, the session's error when it is over. */
  open(): Duplex {
    if (this.#session) return this.#session.open();
    throw new BrokerError("ERR_BROKER_CLOSED", "there is no connection to open a stream on");
  }

  /** Ends all streams. What they have sent goes out; the other side's end is not waited for: a Go host never ends it. */
  close(): void {
    void this.#session?.close();
    const connection = this.#connection;
    if (connection) finished(connection, { readable: false }, () => connection.destroy());
  }

  async #serve(session: Session): Promise<void> {
    try {
      for await (const stream of session) {
        stream.on("error", () => {});
        if (!this.#transport?.accept(stream)) this.onStream(stream);
      }
    } catch (error) {
      this.logger.debug("the multiplexed connection ended", { error });
    }
    this.#session = undefined;
    this.#transport?.forget();
  }
}
