/** A whole message of gRPC. */
export interface GrpcMessage {
  readonly compressed: boolean;
  readonly length: number;
  /** Views of what was received; undefined for a message that is too long to be kept. */
  readonly pieces: readonly Buffer[] | undefined;
}

const prefixBytes = 5;

/** Puts the messages of one direction of a call together. */
export class MessageAssembler {
  readonly #prefix = Buffer.alloc(prefixBytes);
  #prefixRead = 0;
  #left = 0;
  #pieces: Buffer[] | undefined;
  readonly #maxBytes: number;
  readonly #onMessage: (message: GrpcMessage) => void;

  constructor(maxBytes: number, onMessage: (message: GrpcMessage) => void) {
    this.#maxBytes = maxBytes;
    this.#onMessage = onMessage;
  }

  /** A message has begun and not ended. */
  get midMessage(): boolean {
    return this.#prefixRead > 0;
  }

  /** The length of the message that has begun, once it is known. */
  get messageBytes(): number {
    return this.#prefixRead === prefixBytes ? this.#prefix.readUInt32BE(1) : 0;
  }

  push(piece: Buffer): void {
    let offset = 0;
    while (offset < piece.length) {
      if (this.#prefixRead < prefixBytes) {
        const end = Math.min(piece.length, offset + prefixBytes - this.#prefixRead);
        this.#prefixRead += piece.copy(this.#prefix, this.#prefixRead, offset, end);
        offset = end;
        if (this.#prefixRead < prefixBytes) return;
        this.#left = this.#prefix.readUInt32BE(1);
        this.#pieces = this.#left > this.#maxBytes ? undefined : [];
      }
      const end = Math.min(piece.length, offset + this.#left);
      if (end > offset) this.#pieces?.push(piece.subarray(offset, end));
      this.#left -= end - offset;
      offset = end;
      if (this.#left > 0) return;
      this.#prefixRead = 0;
      this.#onMessage({
        compressed: this.#prefix[0] === 1,
        length: this.#prefix.readUInt32BE(1),
        pieces: this.#pieces,
      });
    }
  }
}
