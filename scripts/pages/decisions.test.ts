import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { root } from "../requirements.mjs";

const folder = `${root}docs/decisions/`;
const records = readdirSync(folder).filter((name) => name !== "README.md");
const layout =
  /^# (?<number>\d+)\. (?<title>[^\n]+)\n\n- Status: (?<status>accepted|superseded by \[[^\n]+\))\n- Date: (?<date>\d{4}-\d\d-\d\d)\n\n## Context\n\n[\s\S]+\n## Decision\n\n[\s\S]+\n## Consequences\n\n[\s\S]+$/;

describe.each(records)("%s", (name) => {
  const text = readFileSync(folder + name, "utf8");

  test("has the layout: title, status, date, context, decision, consequences", () => {
    expect(name).toMatch(/^\d{4}-[a-z0-9-]+\.md$/);
    expect(text).toMatch(layout);
    const sections = [...text.matchAll(/^## (.+)$/gm)].map(([, title]) => title);
    expect(sections).toEqual(["Context", "Decision", "Consequences"]);
    expect(Number(layout.exec(text)!.groups!.number)).toBe(Number(name.slice(0, 4)));
  });
});

test("the index lists every record, in order, as it is", () => {
  const lines = records.map((name) => {
    const { number, title, status, date } = layout.exec(readFileSync(folder + name, "utf8"))?.groups ?? {};
    return `| [${number}. ${title}](${name}) | ${status} | ${date} |`;
  });
  const index = readFileSync(`${folder}README.md`, "utf8");
  expect(index.split("\n").filter((line) => line.startsWith("| ["))).toEqual(lines);
});

test("every record has a number of its own", () => {
  const numbers = records.map((name) => Number(name.slice(0, 4)));
  expect(numbers).toEqual(numbers.map((_, index) => index + 1));
});
