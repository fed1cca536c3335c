import type { plugin } from "./gen/plugin.js";

/** One message about a brokered connection, in either direction. Go: ConnInfo. */
export type ConnectionInfo = plugin.IConnInfo;

/**
 * The messages between the brokers of both sides. It outlives the gRPC stream that carries them, which may be opened
 * again. Go: streamer.
 */
export class BrokerStream {
  readonly #queue: ConnectionInfo[] = [];
  /** The open gRPC streams, oldest first. The oldest carries the messages; a second client gets none. */
  readonly #streams: { wake(): void }[] = [];
  /** Receives every message of the other side. */
  onMessage: (message: plugin.ConnInfo) => void = () => {};

  /** The number of messages that the other side has not taken. */
  get unsent(): number {
    return this.#queue.length;
  }

  /** Sends in order; messages wait while no gRPC stream is open. */
  send(message: ConnectionInfo): void {
    this.#queue.push(message);
    this.#streams[0]?.wake();
  }

  /** The messages for a gRPC stream that has just been opened, until `signal` aborts. */
  async *outgoing(signal: AbortSignal): AsyncGenerator<ConnectionInfo> {
    const stream = { wake: () => {} };
    const wake = () => stream.wake();
    this.#streams.push(stream);
    signal.addEventListener("abort", wake, { once: true });
    try {
      while (!signal.aborted) {
        const message = this.#streams[0] === stream ? this.#queue.shift() : undefined;
        if (message) yield message;
        else {
          await new Promise<void>((resolve) => {
            stream.wake = resolve;
          });
        }
      }
    } finally {
      signal.removeEventListener("abort", wake);
      this.#streams.splice(this.#streams.indexOf(stream), 1);
      this.#streams[0]?.wake();
    }
  }
}
