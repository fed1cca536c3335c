import { Duplex } from "node:stream";

/** One end of an in-process connection that cuts bytes into pieces and delivers each on a later tick. */
class ChaoticEnd extends Duplex {
  other!: ChaoticEnd;
  readonly #cut: () => number;
  #readable: (() => void) | undefined;

  constructor(cut: () => number) {
    super({ highWaterMark: 8192 });
    this.#cut = cut;
  }

  override _read(): void {
    const readable = this.#readable;
    this.#readable = undefined;
    readable?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: () => void): void {
    const end = Math.min(chunk.length, this.#cut());
    setImmediate(() => {
      const rest = () => (end < chunk.length ? this._write(chunk.subarray(end), _encoding, callback) : callback());
      // As on a socket: a reader that does not read stops the writer.
      if (this.other.push(Buffer.from(chunk.subarray(0, end)))) rest();
      else this.other.#readable = rest;
    });
  }

  override _final(callback: () => void): void {
    setImmediate(() => {
      this.other.push(null);
      callback();
    });
  }

  override _destroy(error: Error | null, callback: (error: Error | null) => void): void {
    setImmediate(() => {
      if (!this.other.readableEnded && !this.other.destroyed) this.other.push(null);
      callback(error);
    });
  }
}

/** Two ends of such a connection; `cut` says how long the next piece may be. */
export function chaoticPair(cut: () => number): [Duplex, Duplex] {
  const near = new ChaoticEnd(cut);
  const far = new ChaoticEnd(cut);
  near.other = far;
  far.other = near;
  return [near, far];
}
