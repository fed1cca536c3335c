import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import type { Readable } from "node:stream";
import { UsageError } from "../errors.js";

/** A JSON value. */
export type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/**
 * The messages of the command line: JSON, `@file`, or `-` or `@-` for stdin. Several messages are lines of JSON, or
 * JSON values one after the other in a file; those of stdin are sent as they come.
 */
export async function* readInput(data: string | undefined, stdin: Readable): AsyncGenerator<Json> {
  if (data === undefined) return;
  if (data === "-" || data === "@-") {
    const lines = createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY });
    let pending = "";
    for await (const line of lines) {
      pending += `${line}\n`;
      if (pending.trim() === "") continue;
      const value = tryParse(pending);
      // A message may be written over several lines.
      if (value === undefined) continue;
      pending = "";
      yield value.json;
    }
    if (pending.trim() !== "") yield parse(pending);
    return;
  }
  const text = data.startsWith("@") ? readFile(data.slice(1)) : data;
  const whole = tryParse(text);
  if (whole) {
    yield whole.json;
    return;
  }
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  for (const line of lines) yield parse(line);
}

function readFile(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (cause) {
    throw new UsageError((cause as Error).message, { cause });
  }
}

function tryParse(text: string): { json: Json } | undefined {
  try {
    return { json: JSON.parse(text) as Json };
  } catch {
    return undefined;
  }
}

function parse(text: string): Json {
  try {
    return JSON.parse(text) as Json;
  } catch (cause) {
    throw new UsageError(
      `expected a message as JSON, got ${JSON.stringify(text.trim().slice(0, 200))}: ${(cause as Error).message}`,
      { cause },
    );
  }
}
