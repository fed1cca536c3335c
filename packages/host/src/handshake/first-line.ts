import type { Readable } from "node:stream";

/** Go's bufio.Scanner, which reads the line there, has this limit, newline included. */
const maxLineBytes = 64 << 10;
const newline = 0x0a;

/** What came out of a plugin's stdout in place of, or as, its first line. */
export type FirstLine =
  | { readonly kind: "line"; readonly line: string }
  /** stdout ended before anything came. */
  | { readonly kind: "ended" }
  | { readonly kind: "too-long"; readonly line: string };

/** Collects chunks until the first line is complete, wherever they are cut. */
export class FirstLineReader {
  readonly #chunks: Buffer[] = [];
  #length = 0;

  /** The outcome, once there is one. What follows the newline in the chunk is not ours, and is dropped. */
  push(chunk: Buffer): FirstLine | undefined {
    const end = chunk.indexOf(newline);
    this.#chunks.push(end === -1 ? chunk : chunk.subarray(0, end));
    this.#length += this.#chunks.at(-1)!.length;
    if (this.#length >= maxLineBytes) return { kind: "too-long", line: this.line };
    return end === -1 ? undefined : { kind: "line", line: this.line };
  }

  /** The outcome when the stream ends: as in Go, what has come by then is the line. */
  end(): FirstLine {
    return this.#length > 0 ? { kind: "line", line: this.line } : { kind: "ended" };
  }

  /** What has come so far. */
  get line(): string {
    return Buffer.concat(this.#chunks, Math.min(this.#length, maxLineBytes)).toString();
  }
}

/**
 * Waits for the first line of stdout, then leaves the stream flowing into nothing, for ever: a plugin that
 * goes on printing must not block.
 */
export function readFirstLine(stdout: Readable, reader: FirstLineReader): Promise<FirstLine> {
  return new Promise((resolve) => {
    const finish = (line: FirstLine) => {
      stdout.off("data", onData);
      stdout.off("end", onEnd);
      stdout.off("close", onEnd);
      stdout.resume();
      resolve(line);
    };
    const onData = (chunk: Buffer) => {
      const line = reader.push(chunk);
      if (line) finish(line);
    };
    const onEnd = () => finish(reader.end());
    stdout.on("data", onData);
    stdout.once("end", onEnd);
    stdout.once("close", onEnd);
    // A process that has exited meanwhile has had its pipes emptied.
    if (stdout.destroyed || stdout.readableEnded) onEnd();
  });
}
