import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { growthDuring } from "@go-plugin/test/memory-growth";
import { expect, test } from "vitest";
import { type Plan, runPair } from "./run-pair.js";

const gibibyte = 2 ** 30;

test.each(["read", "write"])(
  "1 GiB over a brokered stream comes to the same as between Go programs, and is never held in memory: %s",
  { timeout: 600_000 },
  async (scenario) => {
    const plan: Plan = { scenarios: [scenario], bytes: gibibyte };
    const { outcomes } = await runPair(["Go", "Go"], plan);
    expect(outcomes).toMatchObject({ [scenario]: { bytes: gibibyte } });

    const growthOfHost = await growthDuring(async () => {
      // Go's plugin may exit before it has answered Quit; its host then kills it.
      expect(await runPair(["TypeScript", "Go"], plan)).toMatchObject({ outcomes, leftovers: [] });
    });
    expect(growthOfHost).toBeLessThan(gibibyte / 4);

    const directory = mkdtempSync(join(tmpdir(), "gibibyte-"));
    const file = join(directory, "growth");
    const growthOfPlugin = async () => {
      const run = await runPair(["Go", "TypeScript"], { ...plan, args: [`--memory-growth=${file}`] });
      expect(run).toEqual({ outcomes, end: { exited: true, forced: false }, leftovers: [] });
      return Number(readFileSync(file, "utf8"));
    };
    try {
      expect(await growthOfPlugin()).toBeLessThan(gibibyte / 4);
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);
