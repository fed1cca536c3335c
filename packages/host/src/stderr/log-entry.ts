import { type LogFields, type LogLevel, logLevels } from "@go-plugin/proto/internal";
import { isPanic } from "./printable.js";

/** A line of a plugin's stderr, as the host's logger receives it. */
export interface LogEntry {
  readonly level: LogLevel;
  readonly message: string;
  readonly fields?: LogFields;
}

const prefixes = logLevels.map((level) => [`[${level.toUpperCase()}]`, level] as const);

/**
 * Understands the lines of one plugin's stderr, in their order: go-hclog's JSON lines, lines that begin with
 * `[LEVEL]`, and everything else at debug; after the first line of a Go panic everything else is an error, for good.
 */
export function createLogParser(): (line: string, whole: boolean) => LogEntry {
  let inPanic = false;
  return (line, whole) => {
    if (!whole) return { level: "debug", message: line };
    const parsed = parseJson(line);
    if (parsed) return parsed;
    const prefixed = prefixes.find(([prefix]) => line.startsWith(prefix));
    if (prefixed) return { level: prefixed[1], message: line };
    inPanic ||= isPanic(line);
    return { level: inPanic ? "error" : "debug", message: line };
  };
}

/** An entry for a line that is a JSON object, as go-hclog wrote it or not; `undefined` for any other line. */
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

/** Loggers walk what they are given recursively: nesting without end must not reach them. */
function isShallow(value: unknown, depth: number): boolean {
  if (typeof value !== "object" || value === null) return true;
  if (depth === 0) return false;
  return Object.values(value).every((inner) => isShallow(inner, depth - 1));
}
