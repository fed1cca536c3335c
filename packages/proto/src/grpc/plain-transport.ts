import type { Duplex } from "node:stream";
import { defaultBrokerTimeoutMs, maxUnclaimed } from "../broker.js";
import type { BrokerLimit } from "../broker-limit.js";
import type { Logger } from "../logger/logger.js";
import type { Listening } from "../sockets/listen.js";
import type { BrokerStream, ConnectionInfo } from "./broker-stream.js";
import type { BrokerTransport, Dial } from "./broker-transport.js";

/** What the plain broker needs of its side: a listener, and a way to reach the other side's. */
export interface Sockets {
  listen(onConnection: (connection: Duplex) => void): Promise<Listening>;
  connect(network: string, address: string, signal: AbortSignal): Promise<Duplex>;
}

interface Offer {
  readonly info: ConnectionInfo;
  readonly expiry: NodeJS.Timeout;
}

/** A socket for each id, whose address the listening side sends to the dialing side. Go: GRPCBroker without a muxer. */
export class PlainTransport implements BrokerTransport {
  readonly #offers = new Map<number, Offer>();
  readonly #waiting = new Map<number, ((offer: ConnectionInfo) => void)[]>();
  readonly #listeners = new Set<{ close(): void }>();
  #closed = false;

  constructor(
    private readonly link: BrokerStream,
    private readonly sockets: Sockets,
    private readonly logger: Logger,
  ) {
    link.onMessage = (info) => this.#receive(info);
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
    this.sockets.listen(onConnection).then(
      (opened) => {
        listening = opened;
        if (closed) opened.close();
        else this.link.send({ serviceId: id, network: opened.network, address: opened.address });
      },
      (error) => {
        this.#listeners.delete(listener);
        onFailed(error);
      },
    );
    return listener;
  }

  async dialer(id: number, limit: BrokerLimit): Promise<Dial> {
    const step = `waiting for connection info: the other side did not serve id ${id}`;
    const { network, address } = await limit.during(step, this.#offer(id, limit));
    return ({ signal }) => this.sockets.connect(network ?? "", address ?? "", signal);
  }

  close(): void {
    this.#closed = true;
    for (const listener of this.#listeners) listener.close();
    for (const { expiry } of this.#offers.values()) clearTimeout(expiry);
    this.#offers.clear();
  }

  /** One offer serves one dial. */
  #offer(id: number, { signal }: BrokerLimit): Promise<ConnectionInfo> {
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
