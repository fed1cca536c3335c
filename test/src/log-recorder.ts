import { createLogger, type LogFields, type Logger, type LogLevel } from "@go-plugin/proto";

export interface RecordedEntry {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields: LogFields;
}

/** Makes a logger that records its entries. */
export function recordLog(): { readonly logger: Logger; readonly entries: RecordedEntry[] } {
  const entries: RecordedEntry[] = [];
  return { entries, logger: createLogger((level, message, fields) => entries.push({ level, message, fields })) };
}
