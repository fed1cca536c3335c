import { StringDecoder } from "node:string_decoder";
import type { JsonValue } from "@bufbuild/protobuf";

/** An entry of a plugin's log. */
export interface LogLine {
  readonly level: string;
  readonly message: string;
  readonly fields: Readonly<Record<string, JsonValue>>;
}

const maxLineLength = 1 << 16;

/** Cuts a plugin's stderr into entries: hclog's JSON, or plain lines. */
export class LogLines {
  readonly #decoder = new StringDecoder("utf8");
  #line = "";
  readonly #onLine: (line: LogLine) => void;

  constructor(onLine: (line: LogLine) => void) {
    this.#onLine = onLine;
  }

  push(chunk: Buffer): void {
    const lines = (this.#line + this.#decoder.write(chunk)).split("\n");
    this.#line = lines.pop()!;
    for (const line of lines) this.#emit(line);
    if (this.#line.length > maxLineLength) this.end();
  }

  end(): void {
    const line = this.#line;
    this.#line = "";
    if (line !== "") this.#emit(line);
  }

  #emit(line: string): void {
    this.#onLine(parseLine(line.replace(/\r$/, "")));
  }
}

function parseLine(line: string): LogLine {
  if (line.startsWith("{")) {
    try {
      const { "@level": level, "@message": message = "", ...fields } = JSON.parse(line) as Record<string, JsonValue>;
      if (typeof level === "string") return { level: level.toLowerCase(), message: String(message), fields };
    } catch {
      // A plain line.
    }
  }
  const [, tag, rest] = /^\[(TRACE|DEBUG|INFO|WARN|ERROR)\]\s*(.*)$/.exec(line) ?? [];
  return tag === undefined
    ? { level: "debug", message: line, fields: {} }
    : { level: tag.toLowerCase(), message: rest!, fields: {} };
}
