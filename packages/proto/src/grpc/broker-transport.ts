import type { Duplex } from "node:stream";
import type { BrokerLimit } from "../broker-limit.js";

/** Connects, within its limit. */
export type Dial = (limit: BrokerLimit) => Promise<Duplex>;

/** How brokered connections are made: each on a socket of its own, or all on one connection. */
export interface BrokerTransport {
  /** Offers the id to the other side; `onConnection` gets every connection to it until `close`, `onFailed` why there is none. */
  listen(id: number, onConnection: (connection: Duplex) => void, onFailed: (error: Error) => void): { close(): void };
  /** How to connect to the id, once the other side offers it. @throws the limit's reason when it does not in time. */
  dialer(id: number, limit: BrokerLimit): Promise<Dial>;
  /** Ends every offer. Whoever waits has a limit that the broker's end is a part of. */
  close(): void;
}
