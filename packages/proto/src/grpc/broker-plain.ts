import type { Duplex } from "node:stream";
import { BrokerError, defaultBrokerTimeoutMs } from "../broker.js";
import type { Logger } from "../logger/logger.js";
import type { Listening } from "../sockets/listen.js";
import type { BrokerLink, ConnectionInfo } from "./broker-link.js";
import { type BrokerTransport, maxUnclaimed } from "./broker-transport.js";

/** What the plain broker needs of its side: a listener, and a way to reach the other side's. */
export interface Sockets {
  listen(onConnection: (connection: Duplex) => void): Promise<Listening>;
  connect(network: string, address: string, timeoutMs: number): Promise<Duplex>;
}

interface Offer {
  readonly info: ConnectionInfo;
  readonly expiry: NodeJS.Timeout;
}

/** A socket for each id, whose address the listening side sends to the dialing side. Go: GRPCBroker without a muxer. */
export class PlainTransport implements BrokerTransport {
  readonly #offers = new Map<number, Offer>();
  readonly #waiting = new Map<number, ((offer: ConnectionInfo | BrokerError) => void)[]>();
  readonly #listeners = new Set<{ close(): void }>();
  #closed = false;

  constructor(
    private readonly link: BrokerLink,
    private readonly sockets: Sockets,
    private readonly logger: Logger,
  ) {
    link.onMessage = (info) => this.#receive(info);
  }

  listen(id: number, onConnection: (connection: Duplex) => void): { close(): void } {
    let closed = this.#closed;
    let listening: Listening | undefined;
    const listener = {
      close: () => {
        closed = true;
        listening?.close();
        this.#listeners.delete(listener);
      },
    };
    this.#listeners.add(listener);
    this.sockets.listen(onConnection).then(
      (opened) => {
        listening = opened;
        if (closed) opened.close();
        else this.link.send({ serviceId: id, network: opened.network, address: opened.address });
      },
      (error) => this.logger.error("cannot listen for a brokered connection", { id, error }),
    );
    return listener;
  }

  async dialer(id: number, timeoutMs: number): Promise<() => Promise<Duplex>> {
    const { network, address } = await this.#offer(id, timeoutMs);
    return () => this.sockets.connect(network ?? "", address ?? "", timeoutMs);
  }

  close(): void {
    this.#closed = true;
    for (const listener of this.#listeners) listener.close();
    for (const { expiry } of this.#offers.values()) clearTimeout(expiry);
    this.#offers.clear();
    for (const [id, waiting] of this.#waiting) {
      const error = new BrokerError(
        "ERR_BROKER_CLOSED",
        `the broker was closed while waiting for connection info of id ${id}`,
      );
      for (const settle of waiting) settle(error);
    }
    this.#waiting.clear();
  }

  /** One offer serves one dial. */
  #offer(id: number, timeoutMs: number): Promise<ConnectionInfo> {
    const offer = this.#offers.get(id);
    if (offer) {
      clearTimeout(offer.expiry);
      this.#offers.delete(id);
      return Promise.resolve(offer.info);
    }
    if (this.#closed)
      return Promise.reject(new BrokerError("ERR_BROKER_CLOSED", `the broker is closed, cannot connect to id ${id}`));
    return new Promise((resolve, reject) => {
      const settle = (result: ConnectionInfo | BrokerError) => {
        clearTimeout(timer);
        if (result instanceof BrokerError) reject(result);
        else resolve(result);
      };
      const timer = setTimeout(() => {
        const others = this.#waiting.get(id)?.filter((other) => other !== settle) ?? [];
        if (others.length > 0) this.#waiting.set(id, others);
        else this.#waiting.delete(id);
        settle(
          new BrokerError(
            "ERR_BROKER_TIMEOUT",
            `timeout waiting for connection info: the other side did not serve id ${id} within ${timeoutMs} ms`,
          ),
        );
      }, timeoutMs);
      this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), settle]);
    });
  }

  #receive(info: ConnectionInfo): void {
    const id = info.serviceId ?? 0;
    if (info.knock) {
      this.logger.warn("the other side multiplexes brokered connections, this side does not: knock ignored", { id });
      return;
    }
    const [first, ...others] = this.#waiting.get(id) ?? [];
    if (first) {
      if (others.length > 0) this.#waiting.set(id, others);
      else this.#waiting.delete(id);
      first(info);
    } else if (!this.#closed && !this.#offers.has(id) && this.#offers.size < maxUnclaimed) {
      const expiry = setTimeout(() => this.#offers.delete(id), defaultBrokerTimeoutMs).unref();
      this.#offers.set(id, { info, expiry });
    }
  }
}
