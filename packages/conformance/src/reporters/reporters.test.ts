import { expect, test } from "vitest";
import { ruleOf } from "../rules.js";
import type { Report } from "../run/result.js";
import { badgeReport } from "./badge.js";
import { jsonReport } from "./json.js";
import { junitReport } from "./junit.js";
import { markdownReport } from "./markdown.js";
import { tableReport } from "./table.js";

const result = (id: string, more: object) => ({ rule: ruleOf(id), trace: [], durationMs: 5, ...more });
const report = {
  kind: "check",
  subject: "./plugin",
  stale: ["HS-2"],
  ok: false,
  results: [
    result("HS-1", {
      outcome: "failed",
      expected: "a line",
      actual: 'came "<a|b>\u0000"',
      trace: ["3 ms < stdout: x"],
    }),
    result("HS-2", { outcome: "passed", known: true }),
    result("CK-2", { outcome: "warned", expected: "an exit", actual: "it goes on" }),
    result("HS-3", { outcome: "blocked", reason: "because HS-1 is broken", blockedBy: "HS-1" }),
    result("NR-1", { outcome: "not applicable", reason: "the plugin speaks gRPC" }),
    result("HS-4", { outcome: "error", reason: "TypeError: a bug\n    at x" }),
  ],
} as unknown as Report;

test("the table shows each rule, and under a failure what was expected, what came, why, and the trace", () => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours begin with one
  const text = tableReport(report).replace(/\u001b\[\d+m/g, "");
  expect(text).toMatch(
    /^FAIL {4}HS-1 .*\n {8}expected: a line\n {8}came: .*\n {8}why: .*handshake\.md#hs-1\)\n {10}3 ms/m,
  );
  expect(text).toContain("n/a     NR-1");
  expect(text).toContain("HS-2 passes now: take it out of the baseline");
  expect(text).toContain("./plugin: 1 failed, 1 error, 1 warned, 1 blocked, 1 passed, 1 not applicable");
});

test("JSON has every result with its rule", () => {
  const { results, ok } = JSON.parse(jsonReport(report));
  expect(ok).toBe(false);
  expect(results[0]).toMatchObject({ id: "HS-1", level: "MUST", address: "docs/protocol/handshake.md#hs-1" });
});

test("JUnit is XML whatever came, and counts failures, errors and what was skipped", () => {
  const xml = junitReport(report);
  expect(xml).toContain('tests="6" failures="1" errors="1" skipped="2"');
  expect(xml).toContain("&#60;a|b&#62;?");
  expect(xml.match(/<testcase /g)).toHaveLength(6);
});

test("Markdown lists what did not pass, in a table that holds", () => {
  const text = markdownReport(report);
  expect(text).toContain("### `./plugin`: failed");
  expect(text).toContain("&#60;a\\|b&#62;");
  expect(text).not.toContain("NR-1");
});

test("the badge counts what was seen", () => {
  expect(JSON.parse(badgeReport(report))).toEqual({
    schemaVersion: 1,
    label: "go-plugin protocol",
    message: "1/5",
    color: "red",
  });
});
