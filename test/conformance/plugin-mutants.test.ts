import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type CheckPluginOptions, checkPlugin, type Report, rules } from "@go-plugin/conformance";
import { afterAll, describe, expect, test } from "vitest";
import type { PluginPlan } from "../../packages/conformance/src/peer/plan.js";
import { pluginChecks } from "../../packages/conformance/src/plugin/index.js";
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
    ...options,
  });
}

/** While working on a check: `CONFORMANCE_SCOPE=own npm run conformance` leaves the unrelated checks out. */
const scope = (id: string) => (process.env.CONFORMANCE_SCOPE === "own" ? { only: [id] } : {});

const withOutcome = (report: Report, ...outcomes: string[]) =>
  report.results.filter(({ outcome }) => outcomes.includes(outcome)).map(({ rule }) => rule.id);

test("every rule that check is said to see has a check and a plugin that breaks it", () => {
  const seen = rules.filter(({ seenBy }) => seenBy.includes("check")).map(({ id }) => id);
  expect(pluginChecks.map(({ rule }) => rule).toSorted()).toEqual(seen.toSorted());
  expect(Object.keys(pluginMutants).toSorted()).toEqual(seen.toSorted());
});

describe("a plugin that keeps every rule passes", () => {
  test.each([
    ["gRPC", {}, /^(NR|SK-[23])/],
    ["net/rpc", { netrpc: { name: "echo" } }, /^(GRPC|BRK|MUX|END-1$|SK-[23]|HS-11$)/],
  ] as const)("%s", async (name, plan, notApplicable) => {
    const report = await checkPlan(`faultless-${name.replace("/", "")}`, plan);
    expect(withOutcome(report, "failed", "warned", "blocked", "error")).toEqual([]);
    expect(report.ok).toBe(true);
    for (const id of withOutcome(report, "not applicable")) expect(id).toMatch(notApplicable);
  });
});

describe("a plugin that breaks one rule fails that rule's check, and no unrelated one", () => {
  test.each(Object.entries(pluginMutants))("%s", { timeout: 300_000 }, async (id, { plan, also = [] }) => {
    const report = await checkPlan(id, plan, scope(id));
    const broken = withOutcome(report, "failed", "warned", "error");
    expect(broken).toContain(id);
    expect(broken.filter((other) => other !== id && !also.includes(other))).toEqual([]);
    for (const { blockedBy, rule } of report.results) {
      if (blockedBy) expect([id, ...also], `${rule.id} is blocked`).toContain(blockedBy);
    }
    expect(report.results.find(({ rule }) => rule.id === id)!.trace.length).toBeGreaterThan(0);
  });
});
