// Checks the available implementations and writes docs/protocol/results.md.
//
//   npm run conformance:results
import { readFileSync, writeFileSync } from "node:fs";
import {
  checkHost,
  checkPlugin,
  isMust,
  type Outcome,
  type Report,
  rules,
} from "../../packages/conformance/src/index.js";
import { root } from "../requirements.mjs";
import { hosts, plugins } from "./subjects.js";

type Column = ReadonlyMap<string, Outcome>;

const marks: Readonly<Record<Outcome, string>> = {
  passed: "✓",
  failed: "**✗**",
  warned: "!",
  "not applicable": "–",
  blocked: "?",
  error: "error",
};

/** From worst to best: the worst outcome of several runs counts. */
const badness: readonly Outcome[] = ["not applicable", "passed", "blocked", "warned", "failed", "error"];

function columnOf(reports: readonly Report[]): Column {
  const column = new Map<string, Outcome>();
  for (const { results } of reports) {
    for (const { rule, outcome } of results) {
      const earlier = column.get(rule.id) ?? "not applicable";
      column.set(rule.id, badness.indexOf(outcome) > badness.indexOf(earlier) ? outcome : earlier);
    }
  }
  return column;
}

function table(command: "check" | "check-host", columns: Readonly<Record<string, Column>>): string {
  const names = Object.keys(columns);
  const seen = rules.filter(({ seenBy }) => seenBy.includes(command));
  const rows = seen.map((rule) => {
    const cells = names.map((name) => marks[columns[name]!.get(rule.id)!]);
    return `| [${rule.id}](${rule.page}#${rule.id.toLowerCase()}) | ${isMust(rule) ? "MUST" : "SHOULD"} | ${cells.join(" | ")} |`;
  });
  return [`| rule | | ${names.join(" | ")} |`, `| --- | --- |${" --- |".repeat(names.length)}`, ...rows].join("\n");
}

/** The checks that did not pass, in words, without paths of this machine. */
function remarks(reports: Readonly<Record<string, readonly Report[]>>): string {
  const lines = Object.entries(reports).flatMap(([name, ofName]) =>
    ofName.flatMap(({ results }) =>
      results
        .filter(({ outcome }) => outcome === "failed" || outcome === "warned")
        .map(({ rule, expected, actual }) => `- ${name}, ${rule.id}: expected ${expected}; ${clean(actual!)}.`),
    ),
  );
  return [...new Set(lines)].join("\n");
}

const clean = (text: string) =>
  text
    .replace(/(\/[\w.-]+)+\/(plugin|gp[ch]-)[^\s,;]*/g, "…")
    .replace(/; stderr ends in .*/s, "")
    .replaceAll("|", "\\|")
    .slice(0, 300);

async function collect<T>(
  subjects: Readonly<Record<string, () => T>>,
  check: (subject: T) => Promise<readonly Report[]>,
) {
  const reports: Record<string, readonly Report[]> = {};
  for (const [name, subject] of Object.entries(subjects)) {
    process.stderr.write(`${name}\n`);
    reports[name] = await check(subject());
  }
  return reports;
}

const columns = (reports: Readonly<Record<string, readonly Report[]>>) =>
  Object.fromEntries(Object.entries(reports).map(([name, ofName]) => [name, columnOf(ofName)]));

async function main(): Promise<void> {
  const [ofPlugins, ofHosts] = await Promise.all([
    collect(plugins, async (options) => [await checkPlugin(options)]),
    collect(hosts, async (ways) => {
      const reports = [];
      for (const way of ways) reports.push(await checkHost(way));
      return reports;
    }),
  ]);
  const page = `${root}docs/protocol/results.md`;
  const head = readFileSync(`${root}scripts/conformance/results-head.md`, "utf8").trimEnd();
  writeFileSync(
    page,
    [
      head,
      "## Plugins",
      table("check", columns(ofPlugins)),
      remarks(ofPlugins),
      "## Hosts",
      table("check-host", columns(ofHosts)),
      remarks(ofHosts),
      "",
    ].join("\n\n"),
  );
}

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
  process.exitCode = 1;
});
