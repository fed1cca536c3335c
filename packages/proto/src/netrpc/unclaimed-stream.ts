import type { Stream } from "@go-plugin/yamux";
import { defaultBrokerTimeoutMs } from "../broker.js";

/** A stream whose id nobody has asked for yet: kept as long as its dialer waits, and for a while at most. */
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

  /** Finds out whether the dialer has hung up, and reads nothing. */
  readonly #look = (): void => void this.#stream.read(0);

  #forget(): void {
    clearTimeout(this.#expiry);
    this.#stream.off("readable", this.#look).off("end", this.drop).off("close", this.drop);
    this.#onGone();
  }
}
