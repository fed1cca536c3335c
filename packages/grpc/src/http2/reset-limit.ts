/** A host that cancels many calls is no attack; what goes on beyond these numbers is. */
const burst = 10_000;
const perSecond = 1000;

/** Bounds how often the peer resets streams: each costs it nothing, and us a call. */
export class ResetLimit {
  #left = burst;
  #last: number;

  readonly #seconds: () => number;

  /** @param seconds a clock that never goes back; not `performance`, which takes long to load. */
  constructor(seconds: () => number = process.uptime) {
    this.#seconds = seconds;
    this.#last = seconds();
  }

  /** Counts one more; returns false if it is beyond the limit. */
  allow(): boolean {
    if (this.#left <= 0) this.#refill();
    if (this.#left <= 0) return false;
    this.#left--;
    return true;
  }

  #refill(): void {
    const now = this.#seconds();
    this.#left = Math.min(burst, Math.floor((now - this.#last) * perSecond));
    this.#last = now;
  }
}
