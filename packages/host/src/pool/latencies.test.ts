import fc from "fast-check";
import { expect, test } from "vitest";
import { Latencies } from "./latencies.js";

test("quantiles are at most a tenth above the true ones", () => {
  fc.assert(
    fc.property(fc.array(fc.double({ min: 0.02, max: 1e7, noNaN: true }), { minLength: 1 }), (durations) => {
      const latencies = new Latencies();
      for (const ms of durations) latencies.add(ms);
      const sorted = durations.toSorted((a, b) => a - b);
      const { p50Ms, p99Ms, maxMs, meanMs } = latencies.summary();
      for (const [share, ms] of [
        [0.5, p50Ms],
        [0.99, p99Ms],
      ] as const) {
        const exact = sorted[Math.ceil(sorted.length * share) - 1]!;
        expect(ms).toBeGreaterThanOrEqual(exact * (1 - 1e-9));
        expect(ms).toBeLessThanOrEqual(exact * 1.1 * (1 + 1e-9));
      }
      expect(maxMs).toBe(sorted.at(-1));
      expect(meanMs).toBeCloseTo(durations.reduce((sum, ms) => sum + ms, 0) / durations.length, 3);
    }),
  );
});

test("there are none before the first call", () => {
  expect(new Latencies().summary()).toEqual({ meanMs: 0, p50Ms: 0, p99Ms: 0, maxMs: 0 });
});
