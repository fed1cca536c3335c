import type { Duplex } from "node:stream";
import { BrokerError } from "./broker.js";

/** What its user closes, or else its owner, a broker. */
export class OpenResources {
  readonly #open = new Set<{ close(): Promise<void> }>();
  #closed = false;

  /** @throws {BrokerError} `ERR_BROKER_CLOSED` */
  expectOpen(doing: string): void {
    if (this.#closed) throw new BrokerError("ERR_BROKER_CLOSED", `the broker is closed: ${doing}`);
  }

  /** Makes `close` idempotent, and calls it at the latest when all are closed. */
  add<T extends { close(): Promise<void> }>(resource: T): T & AsyncDisposable {
    const close = async () => {
      if (this.#open.delete(owned)) await resource.close();
    };
    const owned = { ...resource, close, [Symbol.asyncDispose]: close };
    this.#open.add(owned);
    if (this.#closed) void close();
    return owned;
  }

  /** A connection, which is its user's to end. */
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
