import fc from "fast-check";
import { expect, test } from "vitest";
import { restartDelayMs } from "./backoff.js";

const restart = { firstDelayMs: 100, maxDelayMs: 1_000, maxRestarts: 10, healthyAfterMs: 0 };

test("the delay doubles up to its maximum", () => {
  const delays = [0, 1, 2, 3, 4, 5, 5_000].map((earlier) => restartDelayMs(restart, earlier, 0));
  expect(delays).toEqual([100, 200, 400, 800, 1_000, 1_000, 1_000]);
});

test("up to half of it is taken off at random", () => {
  expect(restartDelayMs(restart, 2, 0.5)).toBe(300);
  fc.assert(
    fc.property(fc.nat(2_000), fc.nat(100), (firstDelayMs, earlier) => {
      const longest = Math.min(1_000, firstDelayMs * 2 ** earlier);
      const delayMs = restartDelayMs({ ...restart, firstDelayMs }, earlier);
      expect(delayMs).toBeGreaterThanOrEqual(Math.floor(longest / 2));
      expect(delayMs).toBeLessThanOrEqual(longest);
    }),
  );
});
