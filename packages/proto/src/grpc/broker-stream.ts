import type { plugin } from "./gen/plugin.js";

/** What the two sides tell each other about a brokered connection. Go: ConnInfo. */
export type ConnectionInfo = plugin.IConnInfo;

/**
 * The messages between the brokers of both sides. It outlives the gRPC stream that carries them, which may be opened
 * again. Go: streamer.
 */
export class BrokerStream {
  readonly #queue: ConnectionInfo[] = [];
  #wake: () => void = () => {};
  #stream = 0;
  /** Receives every message of the other side. */
  onMessage: (message: plugin.ConnInfo) => void = () => {};

  /** Sends in order; messages wait while no gRPC stream is open. */
  send(message: ConnectionInfo): void {
    this.#queue.push(message);
    this.#wake();
  }

  /** The messages for a gRPC stream that has just been opened, until `signal` aborts or another stream takes over. */
  async *outgoing(signal: AbortSignal): AsyncGenerator<ConnectionInfo> {
    const stream = ++this.#stream;
    this.#wake();
    signal.addEventListener("abort", () => stream === this.#stream && this.#wake(), { once: true });
    while (stream === this.#stream && !signal.aborted) {
      const message = this.#queue.shift();
      if (message) yield message;
      else {
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
      }
    }
  }
}
