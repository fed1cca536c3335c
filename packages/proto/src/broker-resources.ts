import type { Duplex } from "node:stream";
import { BrokerError, type BrokerOptions, defaultBrokerTimeoutMs } from "./broker.js";
import { Deadline } from "./deadline.js";

interface Closable {
  close(): Promise<void>;
}

/** Everything that a broker has open or is about to open. Each part is closed by its user, or with the broker. */
export class BrokerResources {
  readonly #open = new Set<Closable>();
  #closed = false;

  /** @throws {BrokerError} `ERR_BROKER_CLOSED` */
  expectOpen(doing: string): void {
    if (this.#closed) throw new BrokerError("ERR_BROKER_CLOSED", `the broker is closed: ${doing}`);
  }

  /**
   * Makes a connection within the limits of the caller's options, and only while the broker is open. `connect` must
   * close whatever it has opened when its deadline aborts.
   *
   * @param doing names the operation in errors, for example "connecting to id 5".
   * @throws {BrokerError} `ERR_BROKER_TIMEOUT`, `ERR_BROKER_ABORTED` or `ERR_BROKER_CLOSED`, and whatever `connect` throws.
   */
  async attempt<T>(
    doing: string,
    { timeoutMs = defaultBrokerTimeoutMs, signal }: BrokerOptions,
    connect: (deadline: Deadline) => Promise<T>,
  ): Promise<T> {
    this.expectOpen(doing);
    const deadline = new Deadline({
      timeoutMs,
      signal,
      timeoutError: (step) => new BrokerError("ERR_BROKER_TIMEOUT", `timeout ${step} within ${timeoutMs} ms`),
      abortError: (cause) =>
        new BrokerError("ERR_BROKER_ABORTED", `${doing} was aborted by the signal of its options`, { cause }),
    });
    const closedError = new BrokerError("ERR_BROKER_CLOSED", `the broker was closed while ${doing}`);
    const attempt = this.add({ close: async () => deadline.cancel(closedError) });
    try {
      return await deadline.step(`${doing}: the other side did not answer`, () => connect(deadline));
    } catch (error) {
      // Made by a timer or a socket: here the stack shows who asked for the connection.
      if (error instanceof BrokerError) Error.captureStackTrace?.(error);
      throw error;
    } finally {
      deadline.end();
      await attempt.close();
    }
  }

  /** Keeps a resource until it is closed. `close` of the result is idempotent. */
  add<T extends Closable>(resource: T): T & AsyncDisposable {
    const close = async () => {
      if (this.#open.delete(owned)) await resource.close();
    };
    const owned = { ...resource, close, [Symbol.asyncDispose]: close };
    this.#open.add(owned);
    if (this.#closed) void close();
    return owned;
  }

  /** Keeps a raw connection until its user ends it. */
  addConnection(connection: Duplex): Duplex {
    const { close } = this.add({ close: async () => void connection.destroy() });
    if (connection.closed) void close();
    else connection.once("close", close);
    return connection;
  }

  async closeAll(): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#open].map((owned) => owned.close()));
  }
}
