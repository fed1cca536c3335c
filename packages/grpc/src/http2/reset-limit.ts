/** A host that cancels many calls is no attack; what goes on beyond these numbers is. */
const burst = 10_000;
const perSecond = 1000;

/** Bounds how often the peer resets streams: each costs it nothing, and us a call. */
export class ResetLimit {
  private left = burst;
  private last = performance.now();

  /** Whether one more is within the limit. */
  allow(): boolean {
    if (this.left <= 0) this.refill();
    if (this.left <= 0) return false;
    this.left--;
    return true;
  }

  private refill(): void {
    const now = performance.now();
    this.left = Math.min(burst, Math.floor(((now - this.last) / 1000) * perSecond));
    this.last = now;
  }
}
