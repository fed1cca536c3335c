import { escapeControls, inspectSafely, textOf } from "../text-of.js";
import { createLogger, type LogFields, type Logger, type LogLevel, logLevels } from "./logger.js";

/** Options of {@link consoleLogger}. Go: hclog.LoggerOptions. */
export interface ConsoleLoggerOptions {
  /**
   * Entries below it are dropped. Go: Level.
   * @default "info"
   */
  readonly level?: LogLevel;
  /**
   * Receives each entry as a readable line, newline included. Go: Output.
   * @default process.stderr, looked up at each entry
   */
  readonly write?: (line: string) => void;
}

/**
 * Writes entries as readable lines, in go-hclog's text format. Multi-line values, such as stacks, follow as a block.
 * Control characters are escaped, since a plugin chooses most of the text. Go: hclog.New.
 *
 * @example
 * ```ts
 * const plugin = await launch(plugins, { command, logger: consoleLogger({ level: "debug" }) });
 * ```
 */
export function consoleLogger(options: ConsoleLoggerOptions = {}): Logger {
  const lowest = logLevels.indexOf(options.level ?? "info");
  const write = options.write ?? ((line: string) => process.stderr.write(line));
  return createLogger((level, message, fields) => {
    if (logLevels.indexOf(level) >= lowest) write(`${formatLine(level, message, fields)}\n`);
  });
}

function formatLine(level: LogLevel, message: string, fields: LogFields): string {
  const { "@module": module, "@timestamp": _, ...rest } = fields;
  const values = Object.entries(rest).map(([key, value]) => formatField(key, value));
  const prefix = module === undefined ? "" : `${oneLine(textOf(module))}: `;
  const tag = `[${level.toUpperCase()}]`.padEnd(7);
  const colon = values.length > 0 ? ":" : "";
  return `${new Date().toISOString()} ${tag} ${prefix}${oneLine(textOf(message))}${colon}${values.join("")}`;
}

function formatField(key: string, value: unknown): string {
  const name = oneLine(key);
  const text = textOfValue(value);
  if (!text.includes("\n")) return ` ${name}=${escapeControls(/[\s"=]|^$/.test(text) ? JSON.stringify(text) : text)}`;
  const lines = escapeControls(text).trimEnd().split("\n");
  return `\n  ${name}=${lines.map((line) => `\n  | ${line}`).join("")}`;
}

function textOfValue(value: unknown): string {
  if (value instanceof Error) return inspectSafely(value);
  if (typeof value !== "object") return textOf(value);
  try {
    return JSON.stringify(value) ?? "null";
  } catch {
    return inspectSafely(value);
  }
}

/** A peer's text must not look like another entry. */
function oneLine(text: string): string {
  return escapeControls(text).replaceAll("\n", "\\n");
}
