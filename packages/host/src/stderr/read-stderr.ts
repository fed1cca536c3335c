import type { Readable, Writable } from "node:stream";
import type { Logger } from "@go-plugin/proto";
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
    if (raw?.writable && !raw.write(chunk)) waitForDrain(stderr, raw);
  });
  stderr.once("close", () => lines.end());
  return tail;
}

/** A slow reader of the raw bytes slows the plugin down; one that is gone does not stop it. */
function waitForDrain(stderr: Readable, raw: Writable): void {
  stderr.pause();
  const resume = () => {
    raw.off("drain", resume);
    raw.off("close", resume);
    stderr.off("close", resume);
    stderr.resume();
  };
  raw.once("drain", resume);
  raw.once("close", resume);
  stderr.once("close", resume);
}
