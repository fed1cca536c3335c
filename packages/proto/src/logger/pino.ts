import { createLogger, type Logger, type LogLevel } from "./logger.js";

/** The part of a pino logger that is used here. */
export type PinoLike = Readonly<Record<LogLevel, (fields: object, message: string) => void>>;

/** Passes entries on to a pino logger, or to any other with its `(fields, message)` methods. */
export function fromPino(pino: PinoLike): Logger {
  return createLogger((level, message, fields) => pino[level](fields, message));
}
