import type { Duplex } from "node:stream";
import type { Deadline } from "../deadline.js";

/** Opens a connection to an id whose listener is known. */
export type Dial = (deadline: Deadline) => Promise<Duplex>;

/** Makes brokered connections: each on its own socket, or all as streams of one connection. */
export interface BrokerTransport {
  /**
   * Offers the id to the other side until the listener is closed.
   *
   * @param onConnection receives every connection to the id.
   * @param onFailed receives the reason when this side cannot listen.
   */
  listen(id: number, onConnection: (connection: Duplex) => void, onFailed: (error: Error) => void): { close(): void };
  /** Waits until the other side offers the id. @throws {Error} the deadline's reason when it does not in time. */
  resolve(id: number, deadline: Deadline): Promise<Dial>;
  /** Ends every listener. */
  close(): void;
}
