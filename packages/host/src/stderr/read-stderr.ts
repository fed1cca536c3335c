import type { Readable, Writable } from "node:stream";
import { type Logger, writeTo } from "@go-plugin/proto/internal";
import { LineSplitter } from "./lines.js";
import { type LogEntry, parseLogLine } from "./log-entry.js";
import { PanicLines } from "./panic.js";
import { Tail } from "./tail.js";

/** Longer lines reach the logger in pieces. */
const maxLineBytes = 1 << 20;
const tailBytes = 8 << 10;

/**
 * Reads a plugin's stderr to its end. Every line becomes a log entry, and all of a crash one of level
 * error; `raw` receives the bytes. Go: logStderr, which makes an entry of each line of a crash.
 *
 * @returns the end of the output so far.
 */
export function readStderr(stderr: Readable, logger: Logger, raw: Writable | undefined): Tail {
  const tail = new Tail(tailBytes);
  const panic = new PanicLines((text) => logger.error(text));
  const lines = new LineSplitter((line, whole) => {
    const entry = whole ? parseLogLine(line) : undefined;
    if (whole && !entry && panic.take(line)) return;
    panic.flush();
    const { level, message, fields }: LogEntry = entry ?? { level: "debug", message: line };
    logger[level](message, fields);
  }, maxLineBytes);
  stderr.on("data", (chunk: Buffer) => {
    tail.push(chunk);
    lines.push(chunk);
    const drain = writeTo(raw, chunk);
    if (!drain) return;
    // A slow destination slows the plugin down; a closed one does not block it.
    stderr.pause();
    void drain.then(() => stderr.resume());
  });
  stderr.once("close", () => {
    lines.end();
    panic.flush();
  });
  return tail;
}
