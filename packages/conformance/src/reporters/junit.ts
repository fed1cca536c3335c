import type { CheckResult, Report } from "../run/result.js";

/** JUnit's XML, as CI systems read it. What is not applicable or blocked is skipped; a warning passes, with its text. */
export function junitReport({ kind, subject, results }: Report): string {
  const count = (...outcomes: string[]) => results.filter(({ outcome }) => outcomes.includes(outcome)).length;
  const seconds = results.reduce((sum, { durationMs }) => sum + durationMs, 0) / 1000;
  const cases = results.map((result) => testCase(kind, result)).join("\n");
  return `<?xml version="1.0" encoding="UTF-8"?>
<testsuite name="${inXml(`go-plugin ${kind} ${subject}`)}" tests="${results.length}" failures="${count("failed")}" errors="${count("error")}" skipped="${count("not applicable", "blocked")}" time="${seconds}">
${cases}
</testsuite>
`;
}

function testCase(kind: string, result: CheckResult): string {
  const { rule, outcome, durationMs, reason, expected, actual, trace } = result;
  const name = inXml(`${rule.id} ${rule.level} ${rule.text}`);
  const body = {
    passed: "",
    "not applicable": `<skipped message="${inXml(reason ?? "")}"/>`,
    blocked: `<skipped message="${inXml(reason ?? "")}"/>`,
    failed: `<failure message="${inXml(`expected ${expected}; ${actual}`)}">${inXml(trace.join("\n"))}</failure>`,
    warned: `<system-out>${inXml(`warning: expected ${expected}; ${actual}\n${trace.join("\n")}`)}</system-out>`,
    error: `<error message="${inXml(reason?.split("\n")[0] ?? "")}">${inXml(reason ?? "")}</error>`,
  }[outcome];
  return `  <testcase classname="go-plugin.${kind}" name="${name}" time="${durationMs / 1000}">${body}</testcase>`;
}

// Most control characters are not allowed in XML at all.
const inXml = (text: string) =>
  text
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is to be found
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "?")
    .replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`)
    .replaceAll("\n", "&#10;");
