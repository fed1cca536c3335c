import { type LogFields, type LogLevel, logLevels } from "@go-plugin/proto/internal";

/** A line of a plugin's stderr as a log entry. */
export interface LogEntry {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields?: LogFields;
}

const prefixes = logLevels.map((level) => [`[${level.toUpperCase()}]`, level] as const);

/** Reads a line in go-hclog's JSON format, or one that begins with `[LEVEL]`; `undefined` for any other. */
export function parseLogLine(line: string): LogEntry | undefined {
  const parsed = parseJson(line);
  if (parsed) return parsed;
  const prefixed = prefixes.find(([prefix]) => line.startsWith(prefix));
  return prefixed && { level: prefixed[1], message: line };
}

/** The entry for a JSON object, from go-hclog or not; `undefined` for any other line. */
function parseJson(line: string): LogEntry | undefined {
  if (!/^\s*(\{|null\s*$)/.test(line)) return undefined;
  const verbatim: LogEntry = { level: "debug", message: line };
  let value: Record<string, unknown> | null;
  try {
    value = JSON.parse(line);
  } catch {
    return undefined;
  }
  if (value === null) return verbatim;
  const { "@message": message = "", "@level": level = "", "@timestamp": timestamp, ...rest } = value;
  if (timestamp !== undefined && !(typeof timestamp === "string" && isTimestamp(timestamp))) {
    return typeof timestamp === "string" ? undefined : verbatim;
  }
  if (typeof message !== "string" || typeof level !== "string") return verbatim;
  const known = logLevels.find((candidate) => candidate === level.trim().toLowerCase());
  if (known === undefined || !isShallow(rest, 32)) return verbatim;
  return { level: known, message, fields: timestamp === undefined ? rest : { ...rest, timestamp } };
}

/** Go's layout `2006-01-02T15:04:05.000000Z07:00`, with exactly six digits of fraction. */
function isTimestamp(text: string): boolean {
  const match = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)[.,]\d{6}(?:Z|[+-](\d\d):(\d\d))$/.exec(text);
  if (!match) return false;
  const [year, month, day, hour, minute, second, zoneHour = 0, zoneMinute = 0] = match
    .slice(1)
    .map((digits) => (digits === undefined ? undefined : Number(digits))) as [
    number,
    number,
    number,
    number,
    number,
    number,
  ];
  const daysInMonth = new Date(Date.UTC(year, month, 0)).getUTCDate();
  return (
    month >= 1 &&
    month <= 12 &&
    day >= 1 &&
    day <= daysInMonth &&
    hour < 24 &&
    minute < 60 &&
    second < 60 &&
    zoneHour <= 24 &&
    zoneMinute < 60
  );
}

/** Loggers walk values recursively, so a peer must not decide the depth. */
function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth === 0) return false;
  return Object.values(value).every((inner) => isShallow(inner, depth - 1));
}
