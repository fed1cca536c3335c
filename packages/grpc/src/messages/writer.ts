import type { StreamOutput } from "../http2/stream-output.js";
import { encodeFrames, frameSize } from "./framing.js";

// Enough for a full pipe, small enough to stop the sender of a slow peer soon.
const highWaterBytes = 64 * 1024;

/**
 * Sends messages on a stream. The messages of one tick leave in one write, and so do those that wait for a slow peer.
 */
export class MessageWriter {
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #scheduled = false;
  /** The stream accepts no more for now. */
  #full = false;
  #senderWaits = false;

  #output: StreamOutput | undefined;

  constructor(output: StreamOutput | undefined) {
    this.#output = output;
  }

  /** The call has its stream: sends what was written before. Returns the same as `onDrain`. */
  attach(output: StreamOutput): boolean {
    this.#output = output;
    return this.onDrain();
  }

  /** The call has lost its stream and gets another one: everything is sent again. */
  restart(messages: readonly Uint8Array[]): void {
    this.#output = undefined;
    this.#full = false;
    this.#pending = [];
    this.#pendingBytes = 0;
    for (const message of messages) this.append(message);
  }

  /** Returns false when there is no room until `onDrain`. */
  send(message: Uint8Array): boolean {
    this.append(message);
    if (!this.#full && this.#output !== undefined) {
      if (this.#pendingBytes < highWaterBytes) this.#schedule();
      else this.#flush();
    }
    if (this.#pendingBytes < highWaterBytes) return true;
    this.#senderWaits = true;
    return false;
  }

  /** Keeps a message for `takePending`, or for the next write. */
  append(message: Uint8Array): void {
    this.#pending.push(message);
    this.#pendingBytes += frameSize(message);
  }

  /** Returns the unwritten messages, for the last write. */
  takePending(): Uint8Array[] {
    const pending = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    return encodeFrames(pending);
  }

  /** The stream has room again. Returns true when the sender had to wait and may continue. */
  onDrain(): boolean {
    this.#full = false;
    this.#flush();
    if (!this.#senderWaits || this.#pendingBytes >= highWaterBytes) return false;
    this.#senderWaits = false;
    return true;
  }

  #schedule(): void {
    if (this.#scheduled) return;
    this.#scheduled = true;
    process.nextTick(flushScheduled, this);
  }

  #flush(): void {
    if (this.#pending.length === 0 || this.#output === undefined) return;
    const messages = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    this.#full = !this.#output.write(encodeFrames(messages));
  }

  /** @internal */
  flushScheduled(): void {
    this.#scheduled = false;
    if (!this.#full) this.#flush();
  }
}

function flushScheduled(writer: MessageWriter): void {
  writer.flushScheduled();
}
