import { createLogger, type LogFields, type Logger, type LogLevel } from "./logger.js";

/** The part of a pino logger that is used here. */
export type PinoLike = Readonly<Record<LogLevel, (fields: object, message: string) => void>>;

/** Keys that pino writes itself. */
const pinosOwn: ReadonlySet<string> = new Set(["level", "time", "pid", "hostname", "msg"]);

/**
 * Passes entries on to a pino logger, or to any other with its `(fields, message)` methods. A field with the name of one of
 * pino's own keys is renamed: the `pid` of a plugin becomes `pluginPid`, since `pid` is the host's. Go: none.
 *
 * @example
 * ```ts
 * const plugin = await launch(plugins, { command, logger: fromPino(pino()) });
 * ```
 */
export function fromPino(pino: PinoLike): Logger {
  return createLogger((level, message, fields) => pino[level](withoutPinosOwn(fields), message));
}

function withoutPinosOwn(fields: LogFields): LogFields {
  const keys = Object.keys(fields);
  if (!keys.some((key) => pinosOwn.has(key))) return fields;
  return Object.fromEntries(keys.map((key) => [pinosOwn.has(key) ? `plugin${capitalized(key)}` : key, fields[key]]));
}

function capitalized(key: string): string {
  return key.charAt(0).toUpperCase() + key.slice(1);
}
