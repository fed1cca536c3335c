const blockLength = 4096;

/**
 * Received bytes that wait for their reader. A small view would keep the whole chunk alive that it was cut from, so
 * that a peer could make a window of 256 KiB hold gigabytes; small pieces are therefore copied together.
 */
export class ReceiveBuffer {
  readonly #pieces: Uint8Array[] = [];
  #block: Uint8Array = new Uint8Array(0);
  #blockUsed = 0;
  #length = 0;

  /** Number of bytes held. */
  get length(): number {
    return this.#length;
  }

  push(piece: Uint8Array): void {
    this.#length += piece.length;
    if (piece.length >= 512 && piece.length * 4 >= piece.buffer.byteLength) {
      this.#closeBlock();
      this.#pieces.push(piece);
      return;
    }
    if (this.#block.length - this.#blockUsed < piece.length) {
      this.#closeBlock();
      this.#block = Buffer.allocUnsafeSlow(Math.max(blockLength, piece.length));
    }
    this.#block.set(piece, this.#blockUsed);
    this.#blockUsed += piece.length;
  }

  shift(): Uint8Array | undefined {
    if (this.#pieces.length === 0) this.#closeBlock();
    const piece = this.#pieces.shift();
    this.#length -= piece?.length ?? 0;
    return piece;
  }

  clear(): void {
    this.#pieces.length = 0;
    this.#blockUsed = 0;
    this.#length = 0;
  }

  #closeBlock(): void {
    if (this.#blockUsed === 0) return;
    this.#pieces.push(this.#block.subarray(0, this.#blockUsed));
    this.#block = this.#block.subarray(this.#blockUsed);
    this.#blockUsed = 0;
  }
}
