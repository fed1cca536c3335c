import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { growthDuring } from "@go-plugin/test/memory-growth";
import { expect, test } from "vitest";
import { combinations } from "./combinations.js";
import { runPair } from "./run-pair.js";

const gibibyte = 2 ** 30;

test.each([
  ["plain", "pull", combinations[0]![1]],
  ["multiplexed", "push", combinations[2]![1]],
] as const)(
  "1 GiB over a brokered stream is never held in memory, by host or plugin: %s, %s",
  { timeout: 300_000 },
  async (_, name, settings) => {
    // The receiver checks the data.
    const outcomes = { [name]: { bytes: gibibyte, crc: expect.any(Number) } };
    const growthOfHost = await growthDuring(async () => {
      expect(await runPair("TypeScript", "Go", settings, [name], gibibyte)).toMatchObject({ outcomes });
    });
    expect(growthOfHost).toBeLessThan(gibibyte / 4);

    const directory = mkdtempSync(join(tmpdir(), "gibibyte-"));
    const file = join(directory, "growth");
    try {
      const args = [`--memory-growth=${file}`];
      expect(await runPair("Go", "TypeScript", settings, [name], gibibyte, args)).toMatchObject({ outcomes });
      expect(Number(readFileSync(file, "utf8"))).toBeLessThan(gibibyte / 4);
    } finally {
      rmSync(directory, { recursive: true });
    }
  },
);
