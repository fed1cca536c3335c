import { inspectSafely, textOf } from "../text-of.js";
import { createLogger, type LogFields, type Logger, type LogLevel, logLevels } from "./logger.js";

/** Options of {@link hclogLogger}. Go: hclog.LoggerOptions with JSONFormat. */
export interface HclogLoggerOptions {
  /** Receives each entry as one line of JSON, newline included. Go: Output. */
  readonly write: (line: string) => void;
  /**
   * Entries below it are dropped. Go: Level.
   * @default "trace"
   */
  readonly level?: LogLevel;
  /** Becomes `@module`. Go: LoggerOptions.Name. */
  readonly name?: string;
}

/** Writes entries as go-hclog's JSON format does, which every go-plugin host parses back into levels and fields. */
export function hclogLogger(options: HclogLoggerOptions): Logger {
  const lowest = logLevels.indexOf(options.level ?? "trace");
  return createLogger((level, message, fields) => {
    if (logLevels.indexOf(level) >= lowest) options.write(`${formatEntry(level, message, fields, options.name)}\n`);
  });
}

function formatEntry(level: LogLevel, message: string, fields: LogFields, name: string | undefined): string {
  const entry: Record<string, unknown> = Object.create(null);
  for (const [key, value] of Object.entries(fields)) entry[reserved.has(key) ? `_${key}` : key] = plain(value);
  entry["@level"] = level;
  entry["@message"] = textOf(message);
  if (name !== undefined) entry["@module"] = name;
  entry["@timestamp"] = timestamp(new Date());
  return JSON.stringify(entry);
}

// A Go host panics when one of these is not a string.
const reserved: ReadonlySet<string> = new Set(["@level", "@message", "@timestamp"]);

/** Go's hosts require exactly six digits of fraction; a Date has three of them. */
function timestamp(time: Date): string {
  return time.toISOString().replace("Z", "000Z");
}

/** A value that JSON cannot represent must not lose the entry. */
function plain(value: unknown): unknown {
  if (value instanceof Error) return inspectSafely(value);
  if (value instanceof Uint8Array) return Buffer.from(value).toString("base64");
  if (typeof value !== "object" || value === null)
    return typeof value === "bigint" ? value.toString() : (value ?? null);
  try {
    return JSON.parse(
      JSON.stringify(value, (_, inner) => {
        if (inner instanceof Error) return inspectSafely(inner);
        return typeof inner === "bigint" ? inner.toString() : inner;
      }) ?? "null",
    );
  } catch {
    return inspectSafely(value);
  }
}
