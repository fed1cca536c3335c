import { expect, test } from "vitest";
import { combinations } from "./combinations.js";
import { runPair } from "./run-pair.js";

const gibibyte = 2 ** 30;

/** The most memory that this process has while `run` runs, over what it had before. */
async function growthDuring(run: () => Promise<unknown>): Promise<number> {
  const before = process.memoryUsage.rss();
  let most = before;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage.rss());
  }, 20);
  await run();
  clearInterval(timer);
  return most - before;
}

test.each([
  ["plain", "pull", combinations[0]![1]],
  ["multiplexed", "push", combinations[2]![1]],
] as const)(
  "1 GiB over a brokered stream is never held in memory: %s, %s",
  { timeout: 300_000 },
  async (_, name, settings) => {
    let outcomes: unknown;
    const growth = await growthDuring(async () => {
      ({ outcomes } = await runPair("TypeScript", "Go", settings, [name], gibibyte));
    });
    expect(outcomes).toEqual({ [name]: { bytes: gibibyte, crc: expect.any(Number) } });
    expect(growth).toBeLessThan(gibibyte / 4);
  },
);
