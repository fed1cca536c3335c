import type { BatchWriter } from "@go-plugin/wire";

/** The chunks of one write of a stream. Each frame takes as many bytes as fit. */
export class SendQueue {
  #chunks: readonly Uint8Array[] = [];
  #index = 0;
  #offset = 0;
  #length = 0;

  /** Bytes that are still to be sent. */
  get length(): number {
    return this.#length;
  }

  fill(chunks: readonly Uint8Array[]): void {
    this.#chunks = chunks;
    this.#index = 0;
    this.#offset = 0;
    this.#length = 0;
    for (const chunk of chunks) this.#length += chunk.length;
  }

  /** Moves this many bytes out as the payload of a frame. Returns true when all of them were copied. */
  moveTo(batch: BatchWriter, bytes: number): boolean {
    this.#length -= bytes;
    let copied = true;
    for (let left = bytes; left > 0; ) {
      const chunk = this.#chunks[this.#index]!;
      const size = Math.min(left, chunk.length - this.#offset);
      const whole = size === chunk.length;
      copied = batch.append(whole ? chunk : chunk.subarray(this.#offset, this.#offset + size)) && copied;
      left -= size;
      this.#offset += size;
      if (this.#offset === chunk.length) {
        this.#index += 1;
        this.#offset = 0;
      }
    }
    return copied;
  }
}
