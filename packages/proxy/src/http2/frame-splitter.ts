/** Receives the parts that a {@link FrameSplitter} finds, in the order of the bytes. */
export interface FrameSink {
  /** The next piece of a DATA frame, without padding: a view of the chunk. `last` comes once for each frame. */
  onData(streamId: number, piece: Buffer, last: boolean, endStream: boolean): void;
  /** Any other frame. */
  onFrame(type: number, flags: number, streamId: number, payload: Buffer): void;
}

const headerBytes = 9;
/** Frames beside DATA are small; what is longer is not HTTP/2. */
const maxPayloadBytes = 1 << 20;
const empty = Buffer.alloc(0);

/** Cuts one direction of an HTTP/2 connection into frames, wherever its chunks are cut. */
export class FrameSplitter {
  readonly #header = Buffer.alloc(headerBytes);
  #headerRead = 0;
  /** Bytes of the client's preface that are still to come. */
  #prefaceLeft: number;
  #type = 0;
  #flags = 0;
  #streamId = 0;
  /** Bytes of the frame that are still to come, padding left out. */
  #left = 0;
  /** -1: the length of the padding comes next. */
  #padding = 0;
  #payload: Buffer[] = [];
  readonly #sink: FrameSink;

  constructor(sink: FrameSink, prefaceBytes: number) {
    this.#sink = sink;
    this.#prefaceLeft = prefaceBytes;
  }

  /** Between two frames: what comes next is a header. */
  get atBoundary(): boolean {
    return this.#headerRead === 0 && this.#prefaceLeft === 0;
  }

  /** @throws {Error} for what is not HTTP/2; the splitter is of no use after. */
  push(chunk: Buffer): void {
    let offset = Math.min(this.#prefaceLeft, chunk.length);
    this.#prefaceLeft -= offset;
    while (offset < chunk.length) {
      if (this.#headerRead < headerBytes) {
        const end = Math.min(chunk.length, offset + headerBytes - this.#headerRead);
        this.#headerRead += chunk.copy(this.#header, this.#headerRead, offset, end);
        offset = end;
        if (this.#headerRead === headerBytes) this.#begin();
      } else if (this.#type === 0) offset = this.#readData(chunk, offset);
      else offset = this.#readPayload(chunk, offset);
    }
  }

  #begin(): void {
    this.#left = this.#header.readUIntBE(0, 3);
    this.#type = this.#header[3]!;
    this.#flags = this.#header[4]!;
    this.#streamId = this.#header.readUInt32BE(5) & 0x7fff_ffff;
    this.#padding = this.#type === 0 && this.#flags & 0x8 ? -1 : 0;
    if (this.#type !== 0 && this.#left > maxPayloadBytes) throw new Error(`a frame of ${this.#left} bytes`);
    if (this.#left > 0) return;
    this.#headerRead = 0;
    if (this.#type === 0) this.#sink.onData(this.#streamId, empty, true, (this.#flags & 1) !== 0);
    else this.#sink.onFrame(this.#type, this.#flags, this.#streamId, empty);
  }

  #readData(chunk: Buffer, start: number): number {
    let offset = start;
    const endStream = (this.#flags & 1) !== 0;
    if (this.#padding === -1) {
      this.#padding = chunk[offset++]!;
      this.#left -= 1 + this.#padding;
      if (this.#left < 0) throw new Error("padding that is longer than its frame");
      if (this.#left === 0) this.#sink.onData(this.#streamId, empty, true, endStream);
    }
    if (this.#left > 0) {
      const end = Math.min(chunk.length, offset + this.#left);
      this.#left -= end - offset;
      if (end > offset) this.#sink.onData(this.#streamId, chunk.subarray(offset, end), this.#left === 0, endStream);
      offset = end;
    }
    if (this.#left === 0) {
      const skipped = Math.min(this.#padding, chunk.length - offset);
      this.#padding -= skipped;
      offset += skipped;
      if (this.#padding === 0) this.#headerRead = 0;
    }
    return offset;
  }

  #readPayload(chunk: Buffer, start: number): number {
    const end = Math.min(chunk.length, start + this.#left);
    this.#left -= end - start;
    this.#payload.push(chunk.subarray(start, end));
    if (this.#left > 0) return end;
    const payload = this.#payload.length === 1 ? this.#payload[0]! : Buffer.concat(this.#payload);
    this.#payload = [];
    this.#headerRead = 0;
    this.#sink.onFrame(this.#type, this.#flags, this.#streamId, payload);
    return end;
  }
}
