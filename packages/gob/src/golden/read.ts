import { readFileSync } from "node:fs";

/** The bytes that Go sends, piece by piece, or its error. interop/gob/golden.test.ts compares them with real Go. */
export interface Golden {
  readonly name: string;
  readonly hex?: readonly string[];
  readonly error?: string;
}

/** Reads golden streams, one per line. */
export function readGolden(file: "vectors" | "transcripts"): ReadonlyMap<string, Golden> {
  const lines = readFileSync(new URL(`./${file}.jsonl`, import.meta.url), "utf8")
    .trimEnd()
    .split("\n");
  return new Map(lines.map((line) => JSON.parse(line) as Golden).map((golden) => [golden.name, golden]));
}
