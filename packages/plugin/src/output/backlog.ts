/** Bytes of a block, and the most that one chunk of output has. */
export const blockBytes = 64 * 1024;

interface Block {
  readonly bytes: Buffer;
  /** What was taken ends here. */
  start: number;
  /** What was written ends here; only the last block has room behind it. */
  end: number;
  order: number;
}

/**
 * Bytes in the order in which they were written. Each is copied once, into a block of 64 KiB, because the writer may
 * use its buffer again; what is taken out is a view of the block.
 */
export class Backlog {
  readonly #blocks: Block[] = [];
  #length = 0;

  /** @param nextOrder counts the blocks of all backlogs that are compared by `order`. */
  constructor(private readonly nextOrder: () => number) {}

  /** Bytes that wait. */
  get length(): number {
    return this.#length;
  }

  /** Tells which of several backlogs has waited longest; Infinity when nothing waits. */
  get order(): number {
    return this.#length === 0 ? Number.POSITIVE_INFINITY : this.#blocks[0]!.order;
  }

  push(chunk: string | Uint8Array, encoding?: BufferEncoding): void {
    if (chunk.length === 0) return;
    const block = this.#writable();
    // No encoding makes more than three bytes of one unit of text: what surely fits is encoded in place.
    if (typeof chunk === "string" && chunk.length * 3 <= blockBytes - block.end) {
      const size = block.bytes.write(chunk, block.end, encoding);
      block.end += size;
      this.#length += size;
    } else {
      this.#copy(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
    }
  }

  /** All that the oldest block holds. */
  shift(): Uint8Array | undefined {
    if (this.#length === 0) return undefined;
    const block = this.#blocks[0]!;
    const taken = block.bytes.subarray(block.start, block.end);
    if (block.end === blockBytes) this.#blocks.shift();
    else block.start = block.end;
    this.#length -= taken.length;
    return taken;
  }

  #copy(bytes: Uint8Array): void {
    for (let offset = 0; offset < bytes.length; ) {
      const block = this.#writable();
      const part = bytes.subarray(offset, offset + blockBytes - block.end);
      block.bytes.set(part, block.end);
      block.end += part.length;
      this.#length += part.length;
      offset += part.length;
    }
  }

  #writable(): Block {
    let block = this.#blocks[this.#blocks.length - 1];
    if (!block || block.end === blockBytes) {
      block = { bytes: Buffer.allocUnsafeSlow(blockBytes), start: 0, end: 0, order: 0 };
      this.#blocks.push(block);
    }
    if (block.start === block.end) block.order = this.nextOrder();
    return block;
  }
}
