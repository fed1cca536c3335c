import type { Writable } from "node:stream";
import type { StdioChunk, StdioSource } from "@go-plugin/proto/internal";
import { CapturedStream } from "./captured-stream.js";

type ChannelName = StdioChunk["channel"];

/** Captures what is written to streams until a host reads it. Go: the pipes that replace os.Stdout and os.Stderr. */
export class OutputCapture implements StdioSource {
  readonly #channels: { readonly [K in ChannelName]: CapturedStream };
  readonly #wakeReaders = new Set<() => void>();
  #blocks = 0;

  /** @param bypass receives what is written after the end, and what `spill` finds unread. */
  constructor(private readonly bypass: (channel: ChannelName, data: Uint8Array) => void) {
    const channel = (name: ChannelName) =>
      new CapturedStream({
        nextOrder: () => this.#blocks++,
        onArrival: () => this.#wake(),
        // No host will come to a process that prints this much before it serves.
        onOverflow: () => this.spill(),
        bypass: (data) => bypass(name, data),
      });
    this.#channels = { stdout: channel("stdout"), stderr: channel("stderr") };
  }

  /** From now on, what is written to `stream` is captured. */
  redirect(channel: ChannelName, stream: Writable): void {
    this.#channels[channel].redirect(stream);
  }

  /** A host can read from now on: writers are asked to wait for it. */
  open(): void {
    for (const channel of Object.values(this.#channels)) if (channel.state === "held") channel.state = "open";
  }

  async take(options: {
    readonly signal: AbortSignal;
    readonly channel?: ChannelName;
  }): Promise<StdioChunk | undefined> {
    while (!options.signal.aborted) {
      const channel = options.channel ?? this.#oldest();
      const data = this.#channels[channel].shift();
      if (data) return { channel, data };
      if (this.#channels[channel].state === "ended") return undefined;
      await this.#arrival(options.signal);
    }
    return undefined;
  }

  end(): void {
    for (const channel of Object.values(this.#channels)) channel.state = "ended";
    this.#wake();
  }

  /** Ends the capture and passes by what nobody has read, one channel after the other: their lines must not mix. */
  spill(): void {
    this.end();
    for (const name of ["stdout", "stderr"] as const) {
      const channel = this.#channels[name];
      for (let data = channel.shift(); data; data = channel.shift()) this.bypass(name, data);
    }
  }

  #oldest(): ChannelName {
    const { stdout, stderr } = this.#channels;
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
