/**
 * A small piece keeps the whole chunk in memory that it was cut from, so pieces below these sizes are copied together.
 */
const copyBelowBytes = 1024;
const copyBelowPartOfChunk = 1 / 8;
const minBlockBytes = 256;
const maxBlockBytes = 16 * 1024;

/**
 * Received bytes that wait for their reader. Its memory is proportional to the bytes, whatever the size of the peer's
 * chunks.
 */
export class ReceiveBuffer {
  #pieces: Buffer[] = [];
  /** Small pieces are copied here. The part from `#blockFrom` to `#blockTo` is the last piece. */
  #block: Buffer | undefined;
  #blockFrom = 0;
  #blockTo = 0;
  #length = 0;

  /** The number of bytes held. */
  get length(): number {
    return this.#length;
  }

  get empty(): boolean {
    return this.#pieces.length === 0;
  }

  push(piece: Uint8Array): void {
    this.#length += piece.length;
    if (piece.length >= copyBelowBytes && piece.length >= copyBelowPartOfChunk * piece.buffer.byteLength) {
      this.#pieces.push(toBuffer(piece));
      this.#blockFrom = this.#blockTo;
      return;
    }
    if (this.#block === undefined || this.#block.length - this.#blockTo < piece.length) {
      const doubled = Math.min(2 * (this.#block?.length ?? 0), maxBlockBytes);
      this.#block = Buffer.allocUnsafeSlow(Math.max(piece.length, doubled, minBlockBytes));
      this.#blockFrom = 0;
      this.#blockTo = 0;
    }
    if (this.#blockFrom < this.#blockTo) this.#pieces.pop();
    this.#block.set(piece, this.#blockTo);
    this.#blockTo += piece.length;
    this.#pieces.push(this.#block.subarray(this.#blockFrom, this.#blockTo));
  }

  /** Returns everything, followed by `last`, as one buffer. */
  takeAll(last: Buffer): Buffer {
    const pieces = this.#pieces;
    const bytes = this.#length + last.length;
    this.clear();
    pieces.push(last);
    return Buffer.concat(pieces, bytes);
  }

  /** Removes the first piece. The buffer must not be `empty`. */
  shift(): Buffer {
    const piece = this.#pieces.shift()!;
    this.#length -= piece.length;
    if (this.empty) this.#blockFrom = this.#blockTo;
    return piece;
  }

  clear(): void {
    this.#pieces = [];
    this.#length = 0;
    this.#blockFrom = this.#blockTo;
  }
}

function toBuffer(bytes: Uint8Array): Buffer {
  return Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
