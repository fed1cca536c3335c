import { readFileSync } from "node:fs";

/** What Go sends, piece by piece, or why it refuses to; interop/gob/golden.test.ts keeps it so. */
export interface Golden {
  readonly name: string;
  readonly hex?: readonly string[];
  readonly error?: string;
}

/** Reads golden streams, one to a line. */
export function readGolden(file: "vectors" | "transcripts"): ReadonlyMap<string, Golden> {
  const lines = readFileSync(new URL(`./${file}.jsonl`, import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  return new Map(lines.map((line) => JSON.parse(line) as Golden).map((golden) => [golden.name, golden]));
}
