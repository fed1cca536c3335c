import { Deadlines } from "./deadlines.js";
import type { SessionStream } from "./stream.js";

/**
 * The streams opened here until the peer accepts them. Only as many as the peer's backlog may hold are announced; the
 * others wait.
 */
export class Opener {
  readonly #limit: number;
  readonly #announce: (stream: SessionStream) => void;
  readonly #waiting = new Set<SessionStream>();
  readonly #announced = new Set<SessionStream>();
  readonly #deadlines: Deadlines<SessionStream>;

  constructor(
    limit: number,
    timeoutMs: number,
    announce: (stream: SessionStream) => void,
    expire: (stream: SessionStream) => void,
  ) {
    this.#limit = limit;
    this.#announce = announce;
    this.#deadlines = new Deadlines(timeoutMs, expire);
  }

  /** The streams that are not announced to the peer yet. */
  get waiting(): ReadonlySet<SessionStream> {
    return this.#waiting;
  }

  add(stream: SessionStream): void {
    this.#waiting.add(stream);
    this.#next();
  }

  /** The peer accepted the stream, or it is over: its place is free. Returns true when it had one. */
  delete(stream: SessionStream): boolean {
    this.#waiting.delete(stream);
    this.#deadlines.delete(stream);
    const announced = this.#announced.delete(stream);
    if (announced) this.#next();
    return announced;
  }

  /** The stream keeps its place in the peer's backlog, but nobody waits for its acceptance any more. */
  stopTimer(stream: SessionStream): void {
    this.#deadlines.delete(stream);
  }

  clear(): void {
    this.#waiting.clear();
    this.#announced.clear();
    this.#deadlines.clear();
  }

  #next(): void {
    for (const stream of this.#waiting) {
      if (this.#announced.size >= this.#limit) return;
      this.#waiting.delete(stream);
      this.#announced.add(stream);
      this.#deadlines.add(stream);
      this.#announce(stream);
    }
  }
}
