import { reasonOf } from "../text-of.js";

/**
 * From the least to the most important. Go: hclog.Level.
 *
 * @example
 * ```ts
 * const atLeastInfo = logLevels.slice(logLevels.indexOf("info"));
 * ```
 */
export const logLevels = ["trace", "debug", "info", "warn", "error"] as const;

/** The importance of an entry. Go: hclog.Level. */
export type LogLevel = (typeof logLevels)[number];

/** Structured values that go with a message. */
export type LogFields = Readonly<Record<string, unknown>>;

/** Receives log entries. Go: hclog.Logger. */
export interface Logger extends Readonly<Record<LogLevel, (message: string, fields?: LogFields) => void>> {
  /** A logger that adds `fields` to every entry. Go: Logger.With. */
  child(fields: LogFields): Logger;
}

/** Builds a Logger on one function that receives every entry. */
export function createLogger(
  write: (level: LogLevel, message: string, fields: LogFields) => void,
  base: LogFields = {},
): Logger {
  const log = (level: LogLevel) => (message: string, fields?: LogFields) =>
    write(level, message, fields ? merge(base, fields) : base);
  return {
    trace: log("trace"),
    debug: log("debug"),
    info: log("info"),
    warn: log("warn"),
    error: log("error"),
    child: (fields) => createLogger(write, merge(base, fields)),
  };
}

/** A getter that throws loses its own field, not the entry. */
function merge(base: LogFields, fields: LogFields): LogFields {
  try {
    return { ...base, ...fields };
  } catch {
    return { ...base, ...readEach(fields) };
  }
}

function readEach(fields: LogFields): LogFields {
  const values: Record<string, unknown> = {};
  for (const key of Object.keys(fields)) {
    try {
      values[key] = fields[key];
    } catch (error) {
      values[key] = `a getter that throws: ${reasonOf(error)}`;
    }
  }
  return values;
}

/** Drops every entry. Go: hclog.NewNullLogger. */
export const silentLogger: Logger = createLogger(() => {});
