import { once } from "node:events";
import type { Writable } from "node:stream";

/** A piece of a plugin's own output to stdout or stderr. */
export interface StdioChunk {
  readonly stream: "stdout" | "stderr";
  readonly data: Uint8Array;
}

/** Captured output that waits for a host to read it. Each chunk is returned once. */
export interface StdioSource {
  /**
   * The next chunk, at most 64 KiB, of the named stream or of either. `undefined` when the source has ended and is
   * empty, or when the signal aborted; an abort loses nothing.
   */
  take(options: {
    readonly signal: AbortSignal;
    readonly stream?: "stdout" | "stderr";
  }): Promise<StdioChunk | undefined>;
  /** Stops capturing. Earlier output can still be taken; later output goes to the process's own stdout and stderr. */
  end(): void;
}

/** The output of a plugin whose output is not captured. */
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

/** A host's destinations for the plugin's own output. Output without a destination is read and dropped. */
export interface StdioDestinations {
  readonly stdout?: Writable | undefined;
  readonly stderr?: Writable | undefined;
}

/** One wait for each slow destination, shared by all plugins that write to it. */
const drains = new WeakMap<Writable, Promise<void>>();

/** Writes to a destination that may be slow, gone or missing. Returns `undefined` when there is nothing to wait for. */
export function writeTo(destination: Writable | undefined, data: Uint8Array): Promise<void> | undefined {
  if (!destination?.writable || destination.write(data)) return undefined;
  const drain = drains.get(destination) ?? waitForDrain(destination);
  drains.set(destination, drain);
  return drain;
}

function waitForDrain(destination: Writable): Promise<void> {
  return new Promise((resolve) => {
    const done = () => {
      destination.off("drain", done).off("close", done).off("error", done);
      drains.delete(destination);
      resolve();
    };
    destination.on("drain", done).on("close", done).on("error", done);
  });
}
