/** Durations in milliseconds; all 0 before the first. */
export interface Latency {
  readonly meanMs: number;
  /** Half of the calls took no longer. At most 10% above the true value. */
  readonly p50Ms: number;
  /** 99% of the calls took no longer. At most 10% above the true value. */
  readonly p99Ms: number;
  readonly maxMs: number;
}

/** Each bucket ends a tenth above the one before. */
const growth = 1.1;
const perLog = 1 / Math.log(growth);
const shortestMs = 0.01;
/** The last one ends beyond a day. */
const buckets = 242;

/** Counts durations in a fixed amount of memory. */
export class Latencies {
  readonly #counts = new Float64Array(buckets);
  #count = 0;
  #sumMs = 0;
  #maxMs = 0;

  add(ms: number): void {
    const bucket = ms <= shortestMs ? 0 : Math.min(buckets - 1, Math.ceil(Math.log(ms / shortestMs) * perLog));
    this.#counts[bucket]!++;
    this.#count++;
    this.#sumMs += ms;
    if (ms > this.#maxMs) this.#maxMs = ms;
  }

  summary(): Latency {
    if (this.#count === 0) return { meanMs: 0, p50Ms: 0, p99Ms: 0, maxMs: 0 };
    return {
      meanMs: this.#sumMs / this.#count,
      p50Ms: this.#quantile(0.5),
      p99Ms: this.#quantile(0.99),
      maxMs: this.#maxMs,
    };
  }

  #quantile(share: number): number {
    let left = this.#count * share;
    const bucket = this.#counts.findIndex((count) => {
      left -= count;
      return left <= 0;
    });
    return Math.min(this.#maxMs, shortestMs * growth ** bucket);
  }
}
