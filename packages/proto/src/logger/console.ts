import { textOf } from "../text-of.js";
import { createLogger, type LogFields, type Logger, type LogLevel, logLevels } from "./logger.js";

/** How {@link consoleLogger} writes. Go: hclog.LoggerOptions. */
export interface ConsoleLoggerOptions {
  /**
   * Entries below it are dropped. Go: Level.
   * @default "info"
   */
  readonly level?: LogLevel;
  /**
   * Receives each entry as a line for people, newline included. Go: Output.
   * @default process.stderr, looked up at each entry
   */
  readonly write?: (line: string) => void;
}

/** Writes entries as lines for people, in go-hclog's text format. */
export function consoleLogger(options: ConsoleLoggerOptions = {}): Logger {
  const lowest = logLevels.indexOf(options.level ?? "info");
  const write = options.write ?? ((line: string) => process.stderr.write(line));
  return createLogger((level, message, fields) => {
    if (logLevels.indexOf(level) >= lowest) write(`${formatLine(level, message, fields)}\n`);
  });
}

function formatLine(level: LogLevel, message: string, fields: LogFields): string {
  const { "@module": module, "@timestamp": _, ...rest } = fields;
  const values = Object.entries(rest).map(([key, value]) => ` ${key}=${formatValue(value)}`);
  const prefix = module === undefined ? "" : `${module}: `;
  const tag = `[${level.toUpperCase()}]`.padEnd(7);
  return `${new Date().toISOString()} ${tag} ${prefix}${message}${values.length > 0 ? `:${values.join("")}` : ""}`;
}

function formatValue(value: unknown): string {
  if (value instanceof Error) return JSON.stringify(value.message);
  if (typeof value === "string") return /[\s"=]/.test(value) ? JSON.stringify(value) : value;
  if (typeof value !== "object") return String(value);
  try {
    return JSON.stringify(value) ?? "null";
  } catch {
    return JSON.stringify(textOf(value));
  }
}
