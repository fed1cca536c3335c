import type { plugin } from "./gen/plugin.js";

/** What the two sides tell each other of brokered connections, in either direction. Go: ConnInfo. */
export type ConnectionInfo = plugin.IConnInfo;

/** The conversation of the two sides' brokers. It outlives the stream that carries it, which may be opened again. */
export class BrokerLink {
  #waiting: ConnectionInfo[] = [];
  #wake = () => {};
  #stream = 0;
  #closed = false;
  onMessage: (message: plugin.ConnInfo) => void = () => {};

  /** Sends in order; while no stream is open, messages wait. */
  send(message: ConnectionInfo): void {
    this.#waiting.push(message);
    this.#wake();
  }

  /** What is to be sent on a stream that has just been opened. An earlier stream gets no more. */
  async *outgoing(): AsyncGenerator<ConnectionInfo> {
    const stream = ++this.#stream;
    this.#wake();
    while (stream === this.#stream && !this.#closed) {
      const message = this.#waiting.shift();
      if (message) yield message;
      else
        await new Promise<void>((resolve) => {
          this.#wake = resolve;
        });
    }
  }

  /** Ends what `outgoing` returned; nothing is sent any more. */
  close(): void {
    this.#closed = true;
    this.#wake();
  }
}
