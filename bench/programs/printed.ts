import { Writable } from "node:stream";

/** What the plugin prints: counted, and thrown away. */
class ByteCounter extends Writable {
  #bytes = 0;
  #awaited = 0;
  #arrived = () => {};

  /** Resolves when so many more bytes have arrived than at the last call. */
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
