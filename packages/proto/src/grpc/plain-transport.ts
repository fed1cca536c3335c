import type { Duplex } from "node:stream";
import { defaultBrokerTimeoutMs, maxUnclaimed } from "../broker.js";
import type { Deadline } from "../deadline.js";
import type { Logger } from "../logger/logger.js";
import type { Listening } from "../sockets/listen.js";
import type { BrokerStream, ConnectionInfo } from "./broker-stream.js";
import type { BrokerTransport, Dial } from "./broker-transport.js";

/** Listens on this side's sockets and reaches the other side's. */
export interface Sockets {
  listen(onConnection: (connection: Duplex) => void): Promise<Listening>;
  connect(network: string, address: string, signal: AbortSignal): Promise<Duplex>;
  /** Called with every address that the other side offers, valid or not. */
  onOffer?(network: string, address: string): void;
}

interface Offer {
  readonly info: ConnectionInfo;
  readonly expiry: NodeJS.Timeout;
}

/** A socket for each id; the listening side sends its address to the dialing side. Go: GRPCBroker without a muxer. */
export class PlainTransport implements BrokerTransport {
  readonly #brokers: BrokerStream;
  readonly #sockets: Sockets;
  readonly #logger: Logger;
  readonly #offers = new Map<number, Offer>();
  readonly #waiting = new Map<number, ((offer: ConnectionInfo) => void)[]>();
  readonly #listeners = new Set<{ close(): void }>();
  #closed = false;

  constructor(brokers: BrokerStream, sockets: Sockets, logger: Logger) {
    this.#brokers = brokers;
    this.#sockets = sockets;
    this.#logger = logger;
    brokers.onMessage = (info) => this.#receive(info);
  }

  listen(id: number, onConnection: (connection: Duplex) => void, onFailed: (error: Error) => void): { close(): void } {
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
    this.#sockets.listen(onConnection).then(
      (opened) => {
        listening = opened;
        if (closed) opened.close();
        else this.#brokers.send({ serviceId: id, network: opened.network, address: opened.address });
      },
      (error) => {
        this.#listeners.delete(listener);
        onFailed(error);
      },
    );
    return listener;
  }

  async resolve(id: number, deadline: Deadline): Promise<Dial> {
    const { network, address } = await deadline.step(
      `waiting for connection info: the other side did not serve id ${id}`,
      () => this.#offer(id, deadline.signal),
    );
    return ({ signal }) => this.#sockets.connect(network ?? "", address ?? "", signal);
  }

  close(): void {
    this.#closed = true;
    for (const listener of this.#listeners) listener.close();
    for (const { expiry } of this.#offers.values()) clearTimeout(expiry);
    this.#offers.clear();
  }

  /** Takes the next offer for the id. As in Go, each serves one dial. */
  #offer(id: number, signal: AbortSignal): Promise<ConnectionInfo> {
    const offer = this.#offers.get(id);
    if (offer) {
      clearTimeout(offer.expiry);
      this.#offers.delete(id);
      return Promise.resolve(offer.info);
    }
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        const others = this.#waiting.get(id)?.filter((other) => other !== settle) ?? [];
        if (others.length > 0) this.#waiting.set(id, others);
        else this.#waiting.delete(id);
        reject(signal.reason);
      };
      const settle = (info: ConnectionInfo) => {
        signal.removeEventListener("abort", onAbort);
        resolve(info);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      this.#waiting.set(id, [...(this.#waiting.get(id) ?? []), settle]);
    });
  }

  #receive(info: ConnectionInfo): void {
    const id = info.serviceId ?? 0;
    if (info.knock) {
      this.#logger.warn("ignoring a knock: the other side multiplexes brokered connections, this side does not", {
        id,
      });
      return;
    }
    this.#sockets.onOffer?.(info.network ?? "", info.address ?? "");
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
