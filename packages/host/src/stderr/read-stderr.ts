import type { Readable, Writable } from "node:stream";
import { type Logger, writeTo } from "@go-plugin/proto/internal";
import { LineSplitter } from "./lines.js";
import { createLogParser } from "./log-entry.js";
import { Tail } from "./tail.js";

/** A longer line reaches the logger in pieces. */
const maxLineBytes = 1 << 20;
const tailBytes = 8 << 10;

/**
 * Reads a plugin's stderr to its end: every line becomes a log entry, the raw bytes go to `raw`. The result is the end
 * of what has come so far. Go: logStderr.
 */
export function readStderr(stderr: Readable, logger: Logger, raw: Writable | undefined): Tail {
  const tail = new Tail(tailBytes);
  const parse = createLogParser();
  const lines = new LineSplitter((line, whole) => {
    const { level, message, fields } = parse(line, whole);
    logger[level](message, fields);
  }, maxLineBytes);
  stderr.on("data", (chunk: Buffer) => {
    tail.push(chunk);
    lines.push(chunk);
    const drain = writeTo(raw, chunk);
    if (!drain) return;
    // A slow reader of the raw bytes slows the plugin down; one that is gone does not stop it.
    stderr.pause();
    void drain.then(() => stderr.resume());
  });
  stderr.once("close", () => lines.end());
  return tail;
}
