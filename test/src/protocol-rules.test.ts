import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterEach, describe, expect, test } from "vitest";
import { readRules } from "../../scripts/generate/protocol-rules.js";

const docs = fileURLToPath(new URL("../../docs/", import.meta.url));
const copies: string[] = [];

/** The problems of the pages after `change` to one of them. The copy stands beside the pages: their links still lead. */
function problemsAfter(page: string, change: (text: string) => string): string {
  const copy = mkdtempSync(join(docs, ".protocol-"));
  copies.push(copy);
  cpSync(join(docs, "protocol"), copy, { recursive: true });
  const text = readFileSync(join(copy, page), "utf8");
  expect(change(text)).not.toBe(text);
  writeFileSync(join(copy, page), change(text));
  try {
    readRules(copy);
    return "";
  } catch (error) {
    return (error as Error).message;
  }
}

afterEach(() => {
  for (const copy of copies.splice(0)) rmSync(copy, { recursive: true });
});

test("rules.json is what the pages say, and every rule has all its parts", () => {
  const rules = readRules(join(docs, "protocol"));
  expect(JSON.parse(readFileSync(join(docs, "protocol/rules.json"), "utf8"))).toEqual(rules);
  expect(rules.length).toBeGreaterThan(100);
  for (const { id, why, text, seenBy, invisible, level } of rules) {
    expect(text.length, id).toBeGreaterThan(10);
    expect(why.length, id).toBeGreaterThan(10);
    expect(invisible === undefined, id).toBe(seenBy.length > 0);
    if (level === "MAY") expect(seenBy, `${id} is optional: nothing to check`).toEqual([]);
  }
});

describe("pages with a defect are refused", () => {
  const without = (line: RegExp) => (text: string) => text.replace(line, "");
  for (const [title, page, change, problem] of [
    ["an id twice", "tls.md", (text: string) => text.replace("### TLS-2", "### TLS-1"), "TLS-1 is there twice"],
    ["no level", "tls.md", (text: string) => text.replace("**Plugin MUST** serve TLS", "Serve TLS"), "TLS-1: expected"],
    ["no reason", "tls.md", without(/^- Why: .*$/m), 'TLS-1 has no "- Why:"'],
    ["no visibility", "tls.md", without(/^- Outside: .*$/m), 'TLS-1 has no "- Outside:"'],
    ["an unknown visibility", "tls.md", (text: string) => text.replace("- Outside: check", "- Outside: x"), "TLS-1: "],
    ["no proof", "tls.md", without(/^- Proof: .*$/m), 'TLS-1 has no "- Proof:"'],
    ["a proof that is not there", "tls.md", (text: string) => text.replace("tls.test.ts)", "x.test.ts)"), "x.test.ts"],
    ["another test's name", "sockets.md", (text: string) => text.replace('"50 at once"', '"51 at once"'), "51 at once"],
    ["a link to no rule", "broker.md", (text: string) => text.replace("tls.md)", "tls.md#tls-99)"), "tls.md#tls-99"],
  ] as const) {
    test(title, () => expect(problemsAfter(page, change)).toContain(problem));
  }
});
