import type { Writable } from "node:stream";
import type { StdioChunk, StdioSource } from "@go-plugin/proto/internal";
import { CapturedStream } from "./captured-stream.js";

type StreamName = StdioChunk["stream"];

/** Captures what is written to streams until a host reads it. Go: the pipes that replace os.Stdout and os.Stderr. */
export class OutputCapture implements StdioSource {
  readonly #bypass: (stream: StreamName, data: Uint8Array) => void;
  readonly #streams: { readonly [K in StreamName]: CapturedStream };
  readonly #wakeReaders = new Set<() => void>();
  #blocks = 0;

  /** @param bypass receives output after the end, and the unread output that `spill` finds. */
  constructor(bypass: (stream: StreamName, data: Uint8Array) => void) {
    this.#bypass = bypass;
    const captured = (name: StreamName) =>
      new CapturedStream({
        nextOrder: () => this.#blocks++,
        onArrival: () => this.#wake(),
        // A process that prints this much before it serves has no host.
        onOverflow: () => this.spill(),
        bypass: (data) => bypass(name, data),
      });
    this.#streams = { stdout: captured("stdout"), stderr: captured("stderr") };
  }

  /** Captures what is written to `stream` from now on. */
  redirect(name: StreamName, stream: Writable): void {
    this.#streams[name].redirect(stream);
  }

  /** Lets a host read: from now on writers are asked to wait for it. */
  open(): void {
    for (const stream of Object.values(this.#streams)) if (stream.state === "held") stream.state = "open";
  }

  async take(options: { readonly signal: AbortSignal; readonly stream?: StreamName }): Promise<StdioChunk | undefined> {
    while (!options.signal.aborted) {
      const stream = options.stream ?? this.#oldest();
      const data = this.#streams[stream].shift();
      if (data) return { stream, data };
      if (this.#streams[stream].state === "ended") return undefined;
      await this.#arrival(options.signal);
    }
    return undefined;
  }

  end(): void {
    for (const stream of Object.values(this.#streams)) stream.state = "ended";
    this.#wake();
  }

  /** Ends the capture and writes unread output to the bypass, one stream after the other so that lines do not mix. */
  spill(): void {
    this.end();
    for (const name of ["stdout", "stderr"] as const) {
      const stream = this.#streams[name];
      for (let data = stream.shift(); data; data = stream.shift()) this.#bypass(name, data);
    }
  }

  #oldest(): StreamName {
    const { stdout, stderr } = this.#streams;
    return stderr.order < stdout.order ? "stderr" : "stdout";
  }

  #arrival(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#wakeReaders.delete(wake);
        signal.removeEventListener("abort", wake);
        resolve();
      };
      this.#wakeReaders.add(wake);
      signal.addEventListener("abort", wake);
    });
  }

  #wake(): void {
    for (const wake of this.#wakeReaders) wake();
  }
}
