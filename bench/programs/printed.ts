import { Writable } from "node:stream";

/** Counts what the plugin prints, and drops it. */
class ByteCounter extends Writable {
  #bytes = 0;
  #awaited = 0;
  #arrived = () => {};

  /** Resolves when this many more bytes have arrived since the last call. */
  next(bytes: number): Promise<void> {
    this.#awaited += bytes;
    return new Promise((resolve) => {
      this.#arrived = resolve;
    });
  }

  override _write(chunk: Buffer, _: BufferEncoding, done: () => void): void {
    this.#bytes += chunk.length;
    if (this.#bytes === this.#awaited) this.#arrived();
    done();
  }
}

export const printed = new ByteCounter();
