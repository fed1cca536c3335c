import type { Duplex } from "node:stream";
import { type BatchSource, BatchWriter, type BytesOwner } from "@go-plugin/wire";
import { writeHeader } from "./encode.js";
import { FrameType, headerBytes } from "./frame.js";
import type { SendQueue } from "./send-queue.js";

/** A stream with data to send. */
export interface Sender extends BytesOwner {
  /** Sends one frame, and asks again with `whenWritable` if there is more. */
  sendSome(): void;
}

/**
 * The frames of one session on their way to the transport. While the transport is full, control frames wait in the
 * batch, and data waits in its stream, where back-pressure reaches its writer.
 */
export class FrameWriter implements BatchSource {
  readonly #transport: Duplex;
  readonly #batch: BatchWriter;
  readonly #ready = new Set<Sender>();
  #ended = false;

  constructor(transport: Duplex) {
    this.#transport = transport;
    this.#batch = new BatchWriter(transport, this);
  }

  /** True while data may be sent; control frames always may. */
  get writable(): boolean {
    return this.#batch.writable;
  }

  /** Keeps later frames for the `flush` that the caller makes in the same turn. */
  hold(): void {
    this.#batch.hold();
  }

  /** Writes now instead of at the end of this turn. */
  flush(): void {
    this.#batch.flush();
  }

  /** Sends a frame without a payload. The peer may have provoked it, so it counts as an answer. */
  control(type: FrameType, flags: number, streamId: number, length: number): void {
    this.#header(type, flags, streamId, length);
    this.#batch.answered(headerBytes);
  }

  /**
   * Sends a data frame with `length` bytes of the queue. Returns true when they were copied; otherwise they must stay
   * unchanged until `onReleased`.
   */
  data(streamId: number, queue: SendQueue, length: number): boolean {
    this.#header(FrameType.data, 0, streamId, length);
    return queue.moveTo(this.#batch, length);
  }

  /** Lets the sender send one frame as soon as there is room. Waiting senders take turns. */
  whenWritable(sender: Sender): void {
    if (this.#ended) return;
    this.#ready.add(sender);
    this.#batch.schedule();
  }

  /** Calls the sender's `onReleased` when the transport is done with everything sent so far. */
  whenReleased(sender: Sender): void {
    this.#batch.whenReleased(sender);
  }

  onRoom(): void {
    for (const sender of this.#ready) {
      if (!this.#batch.writable) return;
      this.#ready.delete(sender);
      sender.sendSome();
    }
  }

  onTaken(): void {
    if (this.#ready.size > 0) this.#batch.schedule();
  }

  /**
   * Accepts no more frames, writes the remaining ones, and destroys the transport when the peer has ended it too, or
   * after `timeoutMs`.
   */
  end(timeoutMs: number): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#ready.clear();
    // On a later tick, like all writes: the caller may be within a read or write of a transport in the same process.
    process.nextTick(() => this.#finish(timeoutMs));
  }

  #finish(timeoutMs: number): void {
    const transport = this.#transport;
    if (transport.destroyed || !transport.writable) {
      this.#batch.drop();
      transport.destroy();
      return;
    }
    const timer = setTimeout(() => transport.destroy(), timeoutMs).unref();
    transport.once("close", () => clearTimeout(timer));
    this.#batch.end();
    // A socket that is destroyed with unread bytes reports a failure to the peer and can lose the last write.
    let halves = transport.readableEnded ? 1 : 2;
    const ended = () => {
      halves -= 1;
      if (halves === 0) transport.destroy();
    };
    transport.once("end", ended);
    transport.end(ended);
    transport.resume();
  }

  #header(type: FrameType, flags: number, streamId: number, length: number): void {
    if (this.#ended) return;
    const at = this.#batch.reserve(headerBytes);
    writeHeader(this.#batch.slab, at, type, flags, streamId, length);
  }
}
