import type { Stream } from "@go-plugin/yamux";
import { defaultBrokerTimeoutMs } from "../broker.js";

/** A stream that nobody has asked for yet. It is kept while its dialer waits, with a time limit. */
export class UnclaimedStream {
  readonly #stream: Stream;
  readonly #onGone: () => void;
  readonly #expiry: NodeJS.Timeout;

  constructor(stream: Stream, onGone: () => void) {
    this.#stream = stream;
    this.#onGone = onGone;
    this.#expiry = setTimeout(this.drop, defaultBrokerTimeoutMs).unref();
    stream.on("readable", this.#look).on("end", this.drop).on("close", this.drop);
  }

  /** Hands the stream over. */
  claim(): Stream {
    this.#forget();
    return this.#stream;
  }

  readonly drop = (): void => {
    this.#forget();
    this.#stream.destroy();
  };

  /** Finds out if the dialer has closed the stream, without reading anything. */
  readonly #look = (): void => void this.#stream.read(0);

  #forget(): void {
    clearTimeout(this.#expiry);
    this.#stream.off("readable", this.#look).off("end", this.drop).off("close", this.drop);
    this.#onGone();
  }
}
