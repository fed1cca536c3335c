import type { Writable } from "node:stream";

/** Where the writes of a redirected stream go. */
export interface Sink {
  /** Takes a chunk; `false` asks the writer to wait for `drain`. The callback is called later, never at once. */
  write(chunk: string | Uint8Array, encoding: BufferEncoding | undefined, callback?: WriteCallback): boolean;
  /** Bytes that were written and not yet read. */
  readonly length: number;
  /** A writer was asked to wait. */
  readonly needDrain: boolean;
}

export type WriteCallback = (error?: Error | null) => void;

interface Internals {
  write(chunk: unknown, encoding?: BufferEncoding | WriteCallback | null, callback?: WriteCallback | null): boolean;
  _write(chunk: string | Uint8Array, encoding: BufferEncoding, callback: WriteCallback): void;
  _writev: unknown;
  _final(callback: WriteCallback): void;
}

/**
 * Sends all that is written to `stream` to `sink` instead. The stream object stays: the console, and whoever got hold
 * of it before, write to the sink too.
 *
 * Ordinary writes go around Writable, which would queue without limit what a writer that ignores back-pressure
 * writes. Corked, ended and wrongly called streams are left to Writable, which then hands its chunks to `_write`.
 */
export function redirectStream(stream: Writable, sink: Sink): void {
  const internals = stream as unknown as Internals;
  const write = internals.write;
  internals.write = (chunk, encoding, callback) => {
    const plain = typeof chunk === "string" || chunk instanceof Uint8Array;
    if (!plain || !stream.writable || stream.writableCorked > 0 || !isEncoding(encoding)) {
      return write.call(stream, chunk, encoding, callback);
    }
    const done = typeof encoding === "function" ? encoding : callback;
    // As Writable does: null stands for the default, and a callback that is none is passed over.
    return sink.write(
      chunk,
      typeof encoding === "string" ? encoding : undefined,
      typeof done === "function" ? done : undefined,
    );
  };
  internals._write = (chunk, encoding, callback) => {
    sink.write(chunk, isBuffer(encoding) ? undefined : encoding);
    callback();
  };
  internals._writev = undefined;
  internals._final = (callback) => callback();
  Object.defineProperties(stream, {
    writableLength: { configurable: true, get: () => sink.length },
    writableNeedDrain: { configurable: true, get: () => sink.needDrain },
  });
}

function isEncoding(encoding: unknown): boolean {
  return (
    encoding === undefined ||
    encoding === null ||
    typeof encoding === "function" ||
    Buffer.isEncoding(encoding as string)
  );
}

/** What Writable says of a chunk that is no text. */
function isBuffer(encoding: string): boolean {
  return encoding === "buffer";
}
