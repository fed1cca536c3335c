import { expect, test } from "vitest";
import { withHost } from "./host.js";
import { pluginCommand } from "./run-pair.js";
import { scenarios } from "./scenarios.js";

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

// The scenarios compare the digest with that of what was to be sent.
test.each(["read", "write"])(
  "1 GiB over a brokered stream of a Go plugin is never held in memory: %s",
  { timeout: 600_000 },
  async (scenario) => {
    const [command, ...args] = pluginCommand("Go");
    const growth = await growthDuring(() =>
      withHost({ command, args }, gibibyte, async (host) => {
        expect(await scenarios[scenario]!(host)).toMatchObject({ bytes: gibibyte });
      }),
    );
    expect(growth).toBeLessThan(gibibyte / 4);
  },
);
