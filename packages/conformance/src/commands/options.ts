import { readFile, writeFile } from "node:fs/promises";
import { type Command, InvalidArgumentError, Option } from "commander";
import { badgeReport } from "../reporters/badge.js";
import { jsonReport } from "../reporters/json.js";
import { junitReport } from "../reporters/junit.js";
import { markdownReport } from "../reporters/markdown.js";
import { tableReport } from "../reporters/table.js";
import { rules } from "../rules.js";
import { type Baseline, parseBaseline } from "../run/baseline.js";
import type { Report } from "../run/result.js";
import { matches } from "../run/run-checks.js";

/** Passed to a command beside its options: the words behind `--`, and a signal for Ctrl-C. */
export interface Invocation {
  readonly rest: readonly string[];
  readonly signal: AbortSignal;
}

const formats = {
  table: tableReport,
  json: jsonReport,
  junit: junitReport,
  markdown: markdownReport,
  badge: badgeReport,
};

/** Options that both commands have. */
export interface CommonOptions {
  readonly cookie?: { readonly key: string; readonly value: string };
  readonly echo?: string;
  readonly only: readonly string[];
  readonly baseline?: string;
  readonly format: keyof typeof formats;
  readonly json: boolean;
  readonly output: readonly { readonly format: keyof typeof formats; readonly file: string }[];
  readonly timeout: number;
  readonly concurrency: number;
}

export function addCommonOptions(command: Command): Command {
  return command
    .option("--cookie <key=value>", "the application's magic cookie", parseCookie)
    .option("--echo <method>", "a unary method that answers with the message that it got: pkg.Service/Method")
    .option("--only <rules>", "these rules alone, with * for any characters: BRK-*; may be repeated", parseOnly, [])
    .option("--baseline <file>", "rules that are known to be broken, one id per line; one that passes fails the run")
    .addOption(new Option("--format <format>", "what is printed").choices(Object.keys(formats)).default("table"))
    .option("--json", "the same as --format json", false)
    .option("--output <format=file>", "writes a report to a file as well; may be repeated", parseOutput, [])
    .option("--timeout <seconds>", "how long the other side may take for an answer", parseSeconds, 10)
    .option("--concurrency <count>", "how many checks run at a time", parseCount, 4);
}

/** @throws {Error} when the file cannot be read or names no rule. */
export async function readBaseline(file: string | undefined): Promise<Baseline | undefined> {
  return file === undefined ? undefined : parseBaseline(await readFile(file, "utf8"));
}

/** Prints and writes the reports, and sets the exit code: 0; 1 for failures; 5 for an error of the kit. */
export async function report(report: Report, { format, json, output }: CommonOptions): Promise<void> {
  process.stdout.write(formats[json ? "json" : format](report));
  for (const { format, file } of output) await writeFile(file, formats[format](report));
  if (!report.ok) process.exitCode = report.results.some(({ outcome }) => outcome === "error") ? 5 : 1;
}

function parseCookie(text: string) {
  const [, key, value] = text.match(/^([^=]+)=(.+)$/s) ?? [];
  if (!key || !value) throw new InvalidArgumentError("Expected KEY=VALUE.");
  return { key, value };
}

function parseOnly(text: string, earlier: readonly string[]): readonly string[] {
  for (const pattern of text.split(",")) {
    if (!rules.some(({ id }) => matches(id, [pattern]))) throw new InvalidArgumentError(`No rule matches ${pattern}.`);
  }
  return [...earlier, ...text.split(",")];
}

function parseOutput(text: string, earlier: CommonOptions["output"]): CommonOptions["output"] {
  const [, format, file] = text.match(/^([a-z]+)=(.+)$/) ?? [];
  if (!format || !file || !(format in formats)) {
    throw new InvalidArgumentError(`Expected FORMAT=FILE, with ${Object.keys(formats).join(", ")} as the format.`);
  }
  return [...earlier, { format: format as keyof typeof formats, file }];
}

export function parseSeconds(text: string): number {
  const seconds = Number(text);
  if (!(seconds > 0 && seconds <= 600)) throw new InvalidArgumentError("Expected seconds, above 0 and up to 600.");
  return seconds;
}

export function parseCount(text: string): number {
  const count = Number(text);
  if (!Number.isInteger(count) || count < 1 || count > 64) throw new InvalidArgumentError("Expected 1 to 64.");
  return count;
}

export function parseVersions(text: string): readonly number[] {
  const versions = text.split(",").map(Number);
  if (!versions.every((version) => Number.isInteger(version) && version >= 0)) {
    throw new InvalidArgumentError("Expected versions with commas between them: 5,6.");
  }
  return versions;
}
