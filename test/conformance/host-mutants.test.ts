import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { checkHost, type Report, type RunOptions, rules } from "@go-plugin/conformance";
import { build } from "esbuild";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { hostChecks } from "../../packages/conformance/src/host/index.js";
import { hostMutants } from "./host-mutants.js";
import type { HostPlan } from "./host-plan.js";
import { describeFaults, ownChecksOnly, seenBy, withOutcome } from "./outcomes.js";

const built = fileURLToPath(new URL("../../.build/conformance", import.meta.url));
const directory = mkdtempSync(join(tmpdir(), "mutants-"));
afterAll(() => rmSync(directory, { recursive: true }));

beforeAll(async () => {
  await build({
    entryPoints: [fileURLToPath(new URL("raw-host.ts", import.meta.url))],
    outdir: built,
    bundle: true,
    splitting: true,
    platform: "node",
    format: "esm",
    target: "node20",
    outExtension: { ".js": ".mjs" },
    banner: { js: 'import { createRequire } from "node:module"; const require = createRequire(import.meta.url);' },
  });
});

async function checkPlan(name: string, plan: HostPlan, options: RunOptions = {}): Promise<Report> {
  const file = join(directory, `${name}.json`);
  writeFileSync(file, JSON.stringify(plan));
  return checkHost({
    command: [process.execPath, join(built, "raw-host.mjs"), file, "{plugin}"],
    cookie: { key: "CONFORMANCE", value: "hello" },
    startTimeoutMs: 15_000,
    timeoutMs: 30_000,
    ...options,
  });
}

test("every rule that check-host is said to see has a check and a host that breaks it", () => {
  const seen = seenBy(rules, "check-host").toSorted();
  expect(hostChecks.map(({ rule }) => rule).toSorted()).toEqual(seen);
  expect(Object.keys(hostMutants).toSorted()).toEqual(seen);
});

describe("a host that keeps every rule passes", () => {
  test.each([
    ["in plain text", {}, /^(TLS|MUX)/],
    ["under AutoMTLS", { autoMtls: true }, /^(MUX|HS-32$)/],
    ["multiplexed", { multiplex: "true" }, /^TLS/],
  ] as const)("%s", { timeout: 400_000 }, async (name, plan, notApplicable) => {
    const report = await checkPlan(name.replaceAll(" ", "-"), plan);
    expect(withOutcome(report, "failed", "warned", "blocked", "error"), describeFaults(report)).toEqual([]);
    expect(report.ok).toBe(true);
    for (const id of withOutcome(report, "not applicable")) expect(id).toMatch(notApplicable);
  });
});

describe("a host that breaks one rule fails that rule's check, and no unrelated one", () => {
  test.each(Object.entries(hostMutants))("%s", { timeout: 400_000 }, async (id, { plan, also = [] }) => {
    const report = await checkPlan(id, plan, ownChecksOnly ? { only: [id] } : {});
    const broken = withOutcome(report, "failed", "warned", "error");
    expect(broken).toContain(id);
    expect(
      broken.filter((other) => other !== id && !also.includes(other)),
      describeFaults(report),
    ).toEqual([]);
    expect(report.results.find(({ rule }) => rule.id === id)!.trace.length).toBeGreaterThan(0);
  });
});
