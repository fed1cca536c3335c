import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { ResetLimit } from "./reset-limit.js";

beforeEach(() => void vi.useFakeTimers({ toFake: ["performance"] }));
afterEach(() => void vi.useRealTimers());

/** How many it allows at once. */
function allowed(limit: ResetLimit, most = 100_000): number {
  let count = 0;
  while (count < most && limit.allow()) count++;
  return count;
}

test("a burst, and after it as many as time brings", () => {
  const limit = new ResetLimit();
  expect(allowed(limit)).toBe(10_000);
  expect(limit.allow()).toBe(false);
  vi.advanceTimersByTime(2000);
  expect(allowed(limit)).toBe(2000);
  vi.advanceTimersByTime(3_600_000);
  expect(allowed(limit)).toBe(10_000);
});

test("never ends for one who keeps to the rate", () => {
  const limit = new ResetLimit();
  for (let second = 0; second < 60; second++) {
    expect(allowed(limit, 900)).toBe(900);
    vi.advanceTimersByTime(1000);
  }
});
