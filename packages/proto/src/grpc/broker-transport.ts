import type { Duplex } from "node:stream";

/** How brokered connections are made: each on a socket of its own, or all on one connection. */
export interface BrokerTransport {
  /** Offers the id to the other side; `onConnection` gets every connection to it until `close`. */
  listen(id: number, onConnection: (connection: Duplex) => void): { close(): void };
  /**
   * How to connect to the id, once the other side offers it.
   * @throws {BrokerError} when it does not within `timeoutMs`.
   */
  dialer(id: number, timeoutMs: number): Promise<() => Promise<Duplex>>;
  /** Ends every offer; whoever waits is told that the broker was closed. */
  close(): void;
}

/** Offers and knocks of the other side that nobody has asked for are kept for a while, and not without limit. */
export const maxUnclaimed = 1_024;
