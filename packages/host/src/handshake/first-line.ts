import type { Readable } from "node:stream";

/** The limit of Go's bufio.Scanner, which reads the line in Go's host; the newline counts. */
const maxLineBytes = 64 << 10;
const newline = 0x0a;

/** The result of reading a plugin's first line. */
export type FirstLine =
  | { readonly kind: "line"; readonly line: string }
  /** stdout ended without output. */
  | { readonly kind: "ended" }
  | { readonly kind: "too-long"; readonly line: string };

/** Collects chunks until the first line is complete, wherever they are cut. */
export class FirstLineReader {
  readonly #chunks: Buffer[] = [];
  #length = 0;

  /** Adds a chunk. @returns the result, once there is one. The rest of the chunk behind the newline is dropped. */
  push(chunk: Buffer): FirstLine | undefined {
    const end = chunk.indexOf(newline);
    this.#chunks.push(end === -1 ? chunk : chunk.subarray(0, end));
    this.#length += this.#chunks.at(-1)!.length;
    if (this.#length >= maxLineBytes) return { kind: "too-long", line: this.line };
    return end === -1 ? undefined : { kind: "line", line: this.line };
  }

  /** The result at the end of the stream. As in Go, an incomplete line counts. */
  end(): FirstLine {
    return this.#length > 0 ? { kind: "line", line: this.line } : { kind: "ended" };
  }

  /** The line so far. */
  get line(): string {
    return Buffer.concat(this.#chunks, Math.min(this.#length, maxLineBytes)).toString();
  }
}

/** Reads the first line of stdout, then drops all further output: a plugin that keeps printing must not block. */
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
    // If the process has exited, its pipes have been drained and closed.
    if (stdout.destroyed || stdout.readableEnded) onEnd();
  });
}
