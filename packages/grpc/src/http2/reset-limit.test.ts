import { expect, test } from "vitest";
import { ResetLimit } from "./reset-limit.js";

/** How many it allows at once. */
function allowed(limit: ResetLimit, most = 100_000): number {
  let count = 0;
  while (count < most && limit.allow()) count++;
  return count;
}

test("a burst, and after it as many as time brings", () => {
  let now = 5;
  const limit = new ResetLimit(() => now);
  expect(allowed(limit)).toBe(10_000);
  expect(limit.allow()).toBe(false);
  now += 2;
  expect(allowed(limit)).toBe(2000);
  now += 3600;
  expect(allowed(limit)).toBe(10_000);
});

test("never ends for one who keeps to the rate", () => {
  let now = 0;
  const limit = new ResetLimit(() => now);
  for (; now < 60; now++) expect(allowed(limit, 900)).toBe(900);
});
