import { now } from "./clock.js";
import { Deadlines } from "./deadlines.js";
import { PingTimeoutError } from "./errors.js";

interface Ping {
  readonly sentAt: number;
  readonly resolve: (rttMs: number) => void;
  readonly reject: (error: Error) => void;
}

/** The pings that wait for their answers. */
export class Pings {
  readonly #send: (value: number) => void;
  readonly #deadlines: Deadlines<number>;
  readonly #waiting = new Map<number, Ping>();
  #next = 0;

  constructor(timeoutMs: number, send: (value: number) => void) {
    this.#send = send;
    this.#deadlines = new Deadlines(timeoutMs, (value) => {
      this.#settle(value)?.reject(new PingTimeoutError(`the peer did not answer a ping within ${timeoutMs} ms`));
    });
  }

  ping(): Promise<number> {
    const value = this.#next;
    this.#next = (value + 1) >>> 0;
    return new Promise((resolve, reject) => {
      this.#waiting.set(value, { sentAt: now(), resolve, reject });
      this.#deadlines.add(value);
      this.#send(value);
    });
  }

  /** Handles an answer. An unexpected or late answer is ignored. */
  answer(value: number): void {
    const ping = this.#settle(value);
    ping?.resolve(now() - ping.sentAt);
  }

  fail(error: Error): void {
    this.#deadlines.clear();
    for (const ping of this.#waiting.values()) ping.reject(error);
    this.#waiting.clear();
  }

  #settle(value: number): Ping | undefined {
    const ping = this.#waiting.get(value);
    this.#waiting.delete(value);
    this.#deadlines.delete(value);
    return ping;
  }
}
