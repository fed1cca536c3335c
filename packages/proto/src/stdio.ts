import { once } from "node:events";
import type { Writable } from "node:stream";

/** A piece of what a plugin wrote to its own stdout or stderr. */
export interface StdioChunk {
  readonly channel: "stdout" | "stderr";
  readonly data: Uint8Array;
}

/** Captured output that waits for a host to read it. Each chunk is handed out once, whoever takes it. */
export interface StdioSource {
  /**
   * The next chunk, at most 64 KiB, of the named channel or of either. `undefined` when the source has ended and is
   * empty, or when the signal aborted; then nothing is lost.
   */
  take(options: {
    readonly signal: AbortSignal;
    readonly channel?: "stdout" | "stderr";
  }): Promise<StdioChunk | undefined>;
  /** Stops capturing. What was captured before can still be taken; what is written later goes to the process's own output. */
  end(): void;
}

/** The output of a plugin that keeps it to itself. */
export class NoOutput implements StdioSource {
  readonly #end = new AbortController();

  async take({ signal }: { readonly signal: AbortSignal }): Promise<undefined> {
    const ended = AbortSignal.any([signal, this.#end.signal]);
    if (!ended.aborted) await once(ended, "abort");
  }

  end(): void {
    this.#end.abort();
  }
}

/** Where a host wants the plugin's own output; what has no destination is read and dropped. */
export interface StdioDestinations {
  readonly stdout?: Writable | undefined;
  readonly stderr?: Writable | undefined;
}

/** Writes to a destination that may be slow, gone, or not there at all; nothing to wait for is `undefined`. */
export function writeTo(destination: Writable | undefined, data: Uint8Array): Promise<void> | undefined {
  if (!destination?.writable || destination.write(data)) return undefined;
  return new Promise((resolve) => {
    const done = () => {
      destination.off("drain", done).off("close", done).off("error", done);
      resolve();
    };
    destination.on("drain", done).on("close", done).on("error", done);
  });
}
