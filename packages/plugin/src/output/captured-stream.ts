import type { Writable } from "node:stream";
import { Backlog } from "./backlog.js";
import { redirectStream, type Sink, type WriteCallback } from "./redirect-stream.js";

/** Unread bytes above which writers are asked to wait: the size of a pipe. */
const highWaterBytes = 64 * 1024;
/** Unread bytes above which output is dropped: the writer ignored the request to wait. */
const limitBytes = 64 * 1024 * 1024;
/** Memory cost of a write that waits for its callback, however small the write is. */
const waitingWriteBytes = 64;

/** A write was dropped because too much output is unread. */
export class OutputDroppedError extends Error {
  static override get name(): string {
    return "OutputDroppedError";
  }
  override readonly name = "OutputDroppedError";
  readonly code = "ERR_OUTPUT_DROPPED";
  constructor() {
    super(
      `output dropped: the host has not read the last ${limitBytes} bytes. Wait for the callback or for "drain" when write() returns false.`,
    );
  }
}

export interface CapturedStreamOptions {
  readonly nextOrder: () => number;
  /** Called when there is something to read. */
  readonly onArrival: () => void;
  /** Called when the limit is reached while the stream is held. */
  readonly onOverflow: () => void;
  /** Receives output after the end. */
  readonly bypass: (data: Uint8Array) => void;
}

/** The unread output of stdout or stderr, and the writers that wait for it to be read. */
export class CapturedStream implements Sink {
  readonly #options: CapturedStreamOptions;
  /**
   * `held`: no host can read yet, so writers are not asked to wait. `open`: a host may read; writers wait for it.
   * `ended`: output bypasses the capture.
   */
  state: "held" | "open" | "ended" = "held";
  needDrain = false;
  readonly #backlog: Backlog;
  #stream: Writable | undefined;
  #waiting: WriteCallback[] = [];
  /** The output that was dropped after the end of the backlog. */
  #gap: { bytes: number; readonly error: OutputDroppedError } | undefined;

  constructor(options: CapturedStreamOptions) {
    this.#options = options;
    this.#backlog = new Backlog(options.nextOrder);
  }

  get length(): number {
    return this.#backlog.length;
  }

  get order(): number {
    return this.#backlog.order;
  }

  redirect(stream: Writable): void {
    this.#stream = stream;
    redirectStream(stream, this);
  }

  write(chunk: string | Uint8Array, encoding?: BufferEncoding, callback?: WriteCallback): boolean {
    if (this.state !== "ended" && this.#isAtLimit()) {
      if (this.state === "open") return this.#drop(chunk, encoding, callback);
      this.#options.onOverflow();
    }
    if (this.state === "ended") {
      this.#options.bypass(typeof chunk === "string" ? Buffer.from(chunk, encoding) : chunk);
    } else {
      this.#noteGap();
      this.#backlog.push(chunk, encoding);
      this.#options.onArrival();
      if (this.state === "open" && this.length > highWaterBytes) {
        this.needDrain = true;
        if (callback) this.#waiting.push(callback);
        return false;
      }
    }
    if (callback) process.nextTick(callback, null);
    return true;
  }

  /** Takes the oldest chunk, at most 64 KiB. Writers continue when little is left. */
  shift(): Uint8Array | undefined {
    const data = this.#backlog.shift();
    if (this.length <= highWaterBytes) this.#release();
    return data;
  }

  #isAtLimit(): boolean {
    return this.length + this.#waiting.length * waitingWriteBytes >= limitBytes;
  }

  #drop(chunk: string | Uint8Array, encoding: BufferEncoding | undefined, callback: WriteCallback | undefined): false {
    this.#gap ??= { bytes: 0, error: new OutputDroppedError() };
    this.#gap.bytes += typeof chunk === "string" ? Buffer.byteLength(chunk, encoding) : chunk.length;
    if (callback) process.nextTick(callback, this.#gap.error);
    return false;
  }

  /** Marks the place of dropped output in the output itself. */
  #noteGap(): void {
    if (!this.#gap) return;
    const { bytes } = this.#gap;
    this.#gap = undefined;
    this.#backlog.push(`\n[go-plugin: ${bytes} bytes of output were dropped here: the host did not read in time]\n`);
  }

  #release(): void {
    this.#noteGap();
    for (const callback of this.#waiting.splice(0)) process.nextTick(callback, null);
    if (!this.needDrain) return;
    this.needDrain = false;
    process.nextTick(() => this.#stream?.emit("drain"));
  }
}
