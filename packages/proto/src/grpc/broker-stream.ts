import type { plugin } from "./gen/plugin.js";

/** What the two sides tell each other of brokered connections, in either direction. Go: ConnInfo. */
export type ConnectionInfo = plugin.IConnInfo;

/** The conversation of the two sides' brokers. It outlives the stream that carries it, which may be opened again. */
export class BrokerStream {
  #waiting: ConnectionInfo[] = [];
  #wake: () => void = () => {};
  #stream = 0;
  onMessage: (message: plugin.ConnInfo) => void = () => {};

  /** Sends in order; while no stream is open, messages wait. */
  send(message: ConnectionInfo): void {
    this.#waiting.push(message);
    this.#wake();
  }

  /** What is to be sent on a stream that has just been opened, until `signal` says that it is closed. An earlier stream gets no more. */
  async *outgoing(signal: AbortSignal): AsyncGenerator<ConnectionInfo> {
    const stream = ++this.#stream;
    this.#wake();
    signal.addEventListener("abort", () => stream === this.#stream && this.#wake(), { once: true });
    while (stream === this.#stream && !signal.aborted) {
      const message = this.#waiting.shift();
      if (message) yield message;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }
}
