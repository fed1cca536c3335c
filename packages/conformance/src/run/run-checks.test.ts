import { describe, expect, test } from "vitest";
import { parseBaseline } from "./baseline.js";
import { type Check, matches, type RunOptions, runChecks } from "./run-checks.js";
import { Blocked, Failure, NotApplicable } from "./verdicts.js";

const passes = async () => {};
const fails = async () => {
  throw new Failure("one thing", "another came");
};

const run = (checks: readonly Check<undefined>[], options?: RunOptions) =>
  runChecks("check", "plugin", checks, undefined, options);
const outcomes = async (checks: readonly Check<undefined>[], options?: RunOptions) => {
  const { results, ok } = await run(checks, options);
  return [...results.map(({ rule, outcome }) => `${rule.id} ${outcome}`), ok];
};

describe("the error of a check decides its outcome", () => {
  test("a broken MUST fails the run, a broken SHOULD does not", async () => {
    expect(await outcomes([{ rule: "HS-1", run: fails }])).toEqual(["HS-1 failed", false]);
    expect(await outcomes([{ rule: "CK-2", run: fails }])).toEqual(["CK-2 warned", true]);
    const { results } = await run([{ rule: "HS-1", run: fails }]);
    expect(results[0]).toMatchObject({ expected: "one thing", actual: "another came" });
  });

  test("a check that is not applicable has not passed, and fails nothing", async () => {
    const check = { rule: "HS-1", run: () => Promise.reject(new NotApplicable("no option")) };
    expect(await outcomes([check])).toEqual(["HS-1 not applicable", true]);
  });

  test("anything else is an error of the kit", async () => {
    const check = { rule: "CK-2", run: () => Promise.reject(new TypeError("a bug")) };
    expect(await outcomes([check])).toEqual(["CK-2 error", false]);
  });

  test("a check that does not end fails in time", async () => {
    const check = { rule: "HS-1", run: () => new Promise<void>(() => {}) };
    expect(await outcomes([check], { checkTimeoutMs: 20 })).toEqual(["HS-1 failed", false]);
  });
});

describe("a check that needs a broken rule is blocked", () => {
  const second = { rule: "HS-2", needs: ["HS-1"], run: passes };
  const third = { rule: "HS-3", needs: ["HS-2"], run: passes };

  test("and says by which, also behind another", async () => {
    const { results } = await run([{ rule: "HS-1", run: fails }, second, third]);
    expect(results.map(({ outcome, blockedBy }) => [outcome, blockedBy])).toEqual([
      ["failed", undefined],
      ["blocked", "HS-1"],
      ["blocked", "HS-1"],
    ]);
  });

  test("which is no proof, even when the broken rule was not selected", async () => {
    expect(await outcomes([{ rule: "HS-1", run: fails }, second], { only: ["HS-2"] })).toEqual(["HS-2 blocked", false]);
  });

  test("what it finds itself to be in the way counts alike", async () => {
    const check = { rule: "HS-6", run: () => Promise.reject(new Blocked("HS-5")) };
    expect(await outcomes([check])).toEqual(["HS-6 blocked", false]);
  });
});

describe("a baseline", () => {
  test("makes a failure known", async () => {
    const baseline = parseBaseline("# what we lack\nHS-1 wrapper script prints\n\nTLS-4\n");
    expect([...baseline]).toEqual(["HS-1", "TLS-4"]);
    const report = await run([{ rule: "HS-1", run: fails }], { baseline });
    expect(report).toMatchObject({ ok: true, stale: [], results: [{ outcome: "failed", known: true }] });
  });

  test("fails the run when an entry passes", async () => {
    const report = await run([{ rule: "HS-1", run: passes }], { baseline: parseBaseline("HS-1") });
    expect(report).toMatchObject({ ok: false, stale: ["HS-1"] });
  });

  test("that names no rule is refused", () => {
    expect(() => parseBaseline("HS-99")).toThrow('there is no "HS-99"');
  });
});

test("rules are selected by name and by *", () => {
  expect(matches("BRK-1", ["BRK-*"])).toBe(true);
  expect(matches("BRK-10", ["BRK-1"])).toBe(false);
  expect(matches("HS-1", ["brk-*", "hs-1"])).toBe(true);
  expect(matches("HS-1", [])).toBe(true);
});

test("no more checks run at a time than allowed", async () => {
  let now = 0;
  let most = 0;
  const check = (rule: string) => ({
    rule,
    run: async () => {
      most = Math.max(most, ++now);
      await new Promise((resolve) => setImmediate(resolve));
      now--;
    },
  });
  await run(["HS-1", "HS-2", "HS-3", "HS-4", "HS-5"].map(check), { concurrency: 2 });
  expect(most).toBe(2);
});
