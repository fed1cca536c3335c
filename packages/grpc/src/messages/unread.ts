/** A piece keeps the whole chunk that it came in, and costs some bytes by itself: smaller ones are copied together. */
const copyBelowBytes = 1024;
const copyBelowPartOfChunk = 1 / 8;
const minBlockBytes = 256;
const maxBlockBytes = 16 * 1024;

/** What has come and waits for its reader. Its memory is in proportion to its bytes, however the peer has cut them. */
export class Unread {
  #pieces: Buffer[] = [];
  /** Where small pieces are copied to; what is used of it since `blockFrom` is the last of the pieces. */
  #block: Buffer | undefined;
  #blockFrom = 0;
  #blockTo = 0;

  get empty(): boolean {
    return this.#pieces.length === 0;
  }

  push(piece: Buffer): void {
    if (piece.length >= copyBelowBytes && piece.length >= copyBelowPartOfChunk * piece.buffer.byteLength) {
      this.#pieces.push(piece);
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
    piece.copy(this.#block, this.#blockTo);
    this.#blockTo += piece.length;
    this.#pieces.push(this.#block.subarray(this.#blockFrom, this.#blockTo));
  }

  /** Takes all of it, and `last` behind it, as one; `bytes` is the sum. */
  take(last: Buffer, bytes: number): Buffer {
    const pieces = this.#pieces;
    this.#pieces = [];
    this.#blockFrom = this.#blockTo;
    pieces.push(last);
    return Buffer.concat(pieces, bytes);
  }

  /** Takes the first piece, when it is not `empty`. */
  shift(): Buffer {
    const piece = this.#pieces.shift()!;
    if (this.empty) this.#blockFrom = this.#blockTo;
    return piece;
  }
}
