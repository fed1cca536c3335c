import { basename, join, resolve } from "node:path";
import { discover, launch, PluginError, silentLogger } from "@go-plugin/host";
import { readManifest } from "./manifest.js";
import { infoPlugins } from "./shared.js";

const timeoutMs = 10_000;

/** A row of the table. */
interface Row {
  readonly file: string;
  readonly name: string;
  readonly version: string;
  readonly language: string;
}

async function main(): Promise<void> {
  // Usage: host <folder>. The plugins are the files info-* in the folder; SHA256SUMS has their checksums.
  const folder = resolve(process.argv[2] ?? ".");
  const manifest = await readManifest(folder);
  const executables = (await discover("info-*", folder)).map((path) => basename(path));
  const files = [...new Set([...executables, ...manifest.keys()])].sort();
  const rows = await Promise.all(
    files.map((file) => {
      if (!executables.includes(file)) return failed(file, "listed in SHA256SUMS, but no executable file");
      const checksum = manifest.get(file);
      if (!checksum) return failed(file, "not listed in SHA256SUMS, and not run");
      return describe(join(folder, file), checksum).catch((error: unknown) => failed(file, explain(error)));
    }),
  );
  printTable(rows);
}

async function describe(command: string, expected: string): Promise<Row> {
  await using plugin = await launch(infoPlugins, {
    command,
    checksum: { algorithm: "sha256", expected },
    startTimeoutMs: timeoutMs,
    logger: silentLogger,
  });
  const info = await plugin.dispense("info");
  const { name, version, language } = await info.describe({}, { timeoutMs });
  return { file: basename(command), name, version, language };
}

function failed(file: string, why: string): Row {
  return { file, name: `✗ ${why}`, version: "", language: "" };
}

/** The first line of an error says what went wrong, and a program's last output often says why. */
function explain(error: unknown): string {
  if (!(error instanceof PluginError)) return String(error);
  const [what] = error.message.split("\n");
  const why = error.stderrTail?.trimEnd().split("\n").at(-1);
  return `${error.code}: ${what}${why ? ` (${why})` : ""}`;
}

function printTable(rows: readonly Row[]): void {
  const header: Row = { file: "FILE", name: "PLUGIN", version: "VERSION", language: "WRITTEN IN" };
  // Errors may be long. They take the rest of their line and do not widen the columns.
  const width = (column: keyof Row) =>
    Math.max(...[header, ...rows].filter(({ version }) => version !== "").map((row) => row[column].length));
  const fileWidth = Math.max(...rows.map(({ file }) => file.length), header.file.length);
  for (const { file, name, version, language } of [header, ...rows]) {
    const cells = [file.padEnd(fileWidth), name.padEnd(width("name")), version.padEnd(width("version")), language];
    console.log(cells.join("  ").trimEnd());
  }
}

main().catch((error: unknown) => {
  console.error(error);
  process.exitCode = 1;
});
