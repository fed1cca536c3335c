import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CheckPluginOptions, checkPlugin, type Report, rules } from "@go-plugin/conformance";
import { afterAll, describe, expect, test } from "vitest";
import type { PluginPlan } from "../../packages/conformance/src/peer/plan.js";
import { pluginChecks } from "../../packages/conformance/src/plugin/index.js";
import { affectedChecks } from "./affected-checks.js";
import { describeFaults, ownChecksOnly, seenBy, withOutcome } from "./outcomes.js";
import { faultless, pluginMutants } from "./plugin-mutants.js";

const peer = fileURLToPath(new URL("../../packages/conformance/dist/peer/main.js", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "mutants-"));
afterAll(() => rmSync(directory, { recursive: true }));

async function checkPlan(name: string, plan: PluginPlan, options: Partial<CheckPluginOptions> = {}): Promise<Report> {
  const file = join(directory, `${name}.json`);
  writeFileSync(file, JSON.stringify({ ...faultless, ...plan }));
  return checkPlugin({
    command: process.execPath,
    args: [peer, file],
    cookie: { key: "CONFORMANCE", value: "hello" },
    versions: [1, 2, 3],
    echo: "conformance.Echo/Echo",
    dispense: "echo",
    concurrency: 4,
    // The lanes of CI share their cores.
    timeoutMs: 15_000,
    checkTimeoutMs: 60_000,
    ...options,
  });
}

let reference: Promise<Report> | undefined;

/** The run of the plugin that keeps every rule. */
const runReference = () => {
  reference ??= checkPlan("faultless-grpc", {});
  return reference;
};

test("every rule that check is said to see has a check and a plugin that breaks it", () => {
  const seen = seenBy(rules, "check").toSorted();
  expect(pluginChecks.map(({ rule }) => rule).toSorted()).toEqual(seen);
  expect(Object.keys(pluginMutants).toSorted()).toEqual(seen);
});

describe("a plugin that keeps every rule passes", () => {
  test.each([
    ["gRPC", runReference, /^(NR|SK-[23])/],
    [
      "net/rpc",
      () => checkPlan("faultless-netrpc", { netrpc: { name: "echo" } }),
      /^(GRPC|BRK|MUX|END-1$|SK-[23]|HS-11$)/,
    ],
  ] as const)("%s", { timeout: 300_000 }, async (_name, run, notApplicable) => {
    const report = await run();
    expect(withOutcome(report, "failed", "warned", "blocked", "error"), describeFaults(report)).toEqual([]);
    expect(report.ok).toBe(true);
    for (const id of withOutcome(report, "not applicable")) expect(id).toMatch(notApplicable);
  });
});

describe("a plugin that breaks one rule fails that rule's check, and no unrelated one", () => {
  test.each(Object.entries(pluginMutants))("%s", { timeout: 300_000 }, async (id, { plan, also = [] }) => {
    const only = ownChecksOnly ? [id] : affectedChecks(plan, await runReference());
    const report = await checkPlan(id, plan, only && { only });
    const broken = withOutcome(report, "failed", "warned", "error");
    expect(broken).toContain(id);
    expect(
      broken.filter((other) => other !== id && !also.includes(other)),
      describeFaults(report),
    ).toEqual([]);
    for (const { blockedBy, rule } of report.results) {
      if (blockedBy) expect([id, ...also], `${rule.id} is blocked`).toContain(blockedBy);
    }
    expect(report.results.find(({ rule }) => rule.id === id)!.trace.length).toBeGreaterThan(0);
  });
});
