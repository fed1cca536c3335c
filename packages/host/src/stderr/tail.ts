/** Keeps the last bytes of a stream, for error messages. */
export class Tail {
  readonly #maxBytes: number;
  #chunks: Buffer[] = [];
  #length = 0;
  #truncated = false;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  push(chunk: Buffer): void {
    // A copy, since a view of a few bytes would keep the whole 64 KiB buffer in memory.
    const kept = Buffer.from(chunk.length > this.#maxBytes ? chunk.subarray(chunk.length - this.#maxBytes) : chunk);
    this.#truncated ||= kept.length < chunk.length;
    this.#chunks.push(kept);
    this.#length += kept.length;
    while (this.#length - this.#chunks[0]!.length >= this.#maxBytes) {
      this.#length -= this.#chunks.shift()!.length;
      this.#truncated = true;
    }
    if (this.#chunks.length > 64) this.#chunks = [Buffer.concat(this.#chunks)];
  }

  /** The end of the stream, from the start of a line if there is one. */
  toString(): string {
    const all = Buffer.concat(this.#chunks);
    const bytes = all.subarray(Math.max(0, all.length - this.#maxBytes));
    if (!this.#truncated && bytes.length === all.length) return bytes.toString();
    const lineStart = bytes.indexOf(0x0a) + 1;
    return bytes.toString("utf8", lineStart < bytes.length ? lineStart : 0);
  }
}
