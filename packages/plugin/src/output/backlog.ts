/** Size of a block, and the largest chunk of output. */
export const blockBytes = 64 * 1024;

interface Block {
  readonly bytes: Buffer;
  /** End of the bytes that were taken out. */
  start: number;
  /** End of the bytes that were written. Only the last block has room after it. */
  end: number;
  order: number;
}

/**
 * A queue of bytes. Each byte is copied once, into a block of 64 KiB, because writers may reuse their buffers. Chunks
 * that are taken out are views of a block.
 */
export class Backlog {
  readonly #nextOrder: () => number;
  readonly #blocks: Block[] = [];
  #length = 0;

  /** @param nextOrder counts the blocks of all backlogs that are compared by `order`. */
  constructor(nextOrder: () => number) {
    this.#nextOrder = nextOrder;
  }

  /** Bytes in the queue. */
  get length(): number {
    return this.#length;
  }

  /** Age of the oldest block, comparable between backlogs; Infinity for an empty one. */
  get order(): number {
    return this.#length === 0 ? Number.POSITIVE_INFINITY : this.#blocks[0]!.order;
  }

  push(chunk: string | Uint8Array, encoding?: BufferEncoding): void {
    if (chunk.length === 0) return;
    const block = this.#writable();
    // No encoding needs more than three bytes for a UTF-16 unit: text that certainly fits is encoded in place.
    if (typeof chunk === "string" && chunk.length * 3 <= blockBytes - block.end) {
      const size = block.bytes.write(chunk, block.end, encoding);
      block.end += size;
      this.#length += size;
    } else {
      this.#copy(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
    }
  }

  /** Takes the content of the oldest block. */
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
    if (block.start === block.end) block.order = this.#nextOrder();
    return block;
  }
}
