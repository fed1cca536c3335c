import { readFileSync } from "node:fs";
import type { TraceEvent } from "../trace/trace-event.js";

/**
 * Reads a file of JSON lines. A last line that was cut off, since the proxy was killed, is left out.
 *
 * @throws {Error} for what is no trace, naming the line.
 *
 * @example
 * ```ts
 * for (const event of readTrace("trace.jsonl")) console.log(event.type);
 * ```
 */
export function readTrace(path: string): TraceEvent[] {
  const lines = readFileSync(path, "utf8").split("\n");
  const last = lines.findLastIndex((line) => line.trim() !== "");
  return lines.flatMap((line, index) => {
    if (line.trim() === "") return [];
    try {
      const event = JSON.parse(line) as TraceEvent;
      if (typeof event.type !== "string" || typeof event.session !== "string")
        throw new Error("it has no type or session");
      return [event];
    } catch (cause) {
      if (index === last && !line.endsWith("}")) return [];
      throw new Error(`${path}, line ${index + 1}: expected an event of a trace: ${(cause as Error).message}`, {
        cause,
      });
    }
  });
}
