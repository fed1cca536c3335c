import type { Duplex } from "node:stream";
import { writeHeader } from "./encode.js";
import { type FrameType, HEADER_LENGTH } from "./frame.js";

/** Data taken from streams for one write to the transport; what is beyond waits in its stream. */
const batchLimit = 512 * 1024;
/** Control frames kept for a peer that sends but does not read; beyond it the peer is not read either. */
const controlLimit = 64 * 1024;
/** Up to here copying a payload beside its header costs less than one more buffer in the write. */
const copyLimit = 1024;
const slabLength = 16 * 1024;

/** Who has data to send, and wants to know when there is room and when it is gone. */
export interface Sender {
  /** Sends one frame, and asks again with `whenWritable` if there is more. */
  sendSome(): void;
  /** The transport is done with the payloads; their memory belongs to the user again. */
  sent(): void;
}

/** `flushing`: within a write to the transport, which may run anything before it returns. `blocked`: until it drains. */
type State = "idle" | "scheduled" | "flushing" | "blocked" | "ended";

/**
 * Frames on their way to the transport: those of one tick leave together in one write. While the transport is full,
 * control frames wait here, and data waits in its stream, where back-pressure reaches its writer.
 */
export class Outgoing {
  readonly #transport: Duplex;
  readonly #ready = new Set<Sender>();
  #state: State = "idle";
  #senders: Sender[] = [];
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #slab = Buffer.allocUnsafeSlow(slabLength);
  #slabFrom = 0;
  #slabTo = 0;

  /** Writes what there is now rather than at the end of the tick. */
  readonly flush = (): void => {
    if (this.#state !== "scheduled") return;
    this.#state = "flushing";
    try {
      for (const sender of this.#ready) {
        if (this.#bytes >= batchLimit) break;
        this.#ready.delete(sender);
        sender.sendSome();
      }
    } finally {
      // `sendSome` runs callbacks of the user: they may throw, or end the session.
      if (!this.#ended) {
        const more = this.#write();
        if (!this.#ended) this.#state = more ? "idle" : "blocked";
        if (more && (this.#ready.size > 0 || this.#bytes > 0)) this.#schedule();
      }
    }
  };

  constructor(transport: Duplex) {
    this.#transport = transport;
    transport.on("drain", () => this.#unblock());
  }

  /** What is appended from now on leaves with the `flush` that the caller makes in the same turn. */
  hold(): void {
    if (this.#state === "idle") this.#state = "scheduled";
  }

  /** Whether data may be sent now; control frames always may. */
  get writable(): boolean {
    return this.#bytes < batchLimit && this.#state !== "blocked" && this.#state !== "ended";
  }

  /** Appends a header; on a data frame its payload must follow at once. */
  frame(type: FrameType, flags: number, streamId: number, length: number): void {
    if (this.#state === "ended") return;
    this.#reserve(HEADER_LENGTH);
    writeHeader(this.#slab, this.#slabTo, type, flags, streamId, length);
    this.#slabTo += HEADER_LENGTH;
    this.#bytes += HEADER_LENGTH;
    this.#schedule();
    if (this.#state === "blocked" && this.#bytes > controlLimit) this.#transport.pause();
  }

  /** Appends bytes of a payload. Returns true if they were copied; if not, they must stay as they are until `sent`. */
  payload(bytes: Uint8Array): boolean {
    if (this.#state === "ended") return true;
    this.#bytes += bytes.length;
    if (bytes.length <= copyLimit) {
      this.#reserve(bytes.length);
      this.#slab.set(bytes, this.#slabTo);
      this.#slabTo += bytes.length;
      return true;
    }
    this.#closeRun();
    this.#chunks.push(bytes);
    return false;
  }

  /** Lets the sender send one frame as soon as there is room; those that wait take turns. */
  whenWritable(sender: Sender): void {
    this.#ready.add(sender);
    this.#schedule();
  }

  /** Calls the sender's `sent` when all that was appended so far is with the transport. */
  whenSent(sender: Sender): void {
    this.#senders.push(sender);
  }

  /** Takes no more frames, hands over those it has, ends the transport, and destroys it when the peer has too, or after the time. */
  end(timeoutMs: number): void {
    if (this.#state === "ended") return;
    this.#state = "ended";
    this.#ready.clear();
    // On a later tick, as all writes: who calls may be within a read or write of a transport in the same process.
    process.nextTick(() => this.#finish(timeoutMs));
  }

  #finish(timeoutMs: number): void {
    const transport = this.#transport;
    if (transport.destroyed || !transport.writable) {
      notify(this.#senders);
      transport.destroy();
      return;
    }
    const timer = setTimeout(() => transport.destroy(), timeoutMs).unref();
    transport.once("close", () => clearTimeout(timer));
    this.#write();
    // Destroyed with bytes unread, a socket would tell the peer of a failure and could lose what was just written.
    let halves = transport.readableEnded ? 1 : 2;
    const ended = () => {
      halves -= 1;
      if (halves === 0) transport.destroy();
    };
    transport.once("end", ended);
    transport.end(ended);
    transport.resume();
  }

  get #ended(): boolean {
    return this.#state === "ended";
  }

  #schedule(): void {
    if (this.#state !== "idle") return;
    this.#state = "scheduled";
    process.nextTick(this.flush);
  }

  #unblock(): void {
    if (this.#state !== "blocked") return;
    if (this.#transport.isPaused()) this.#transport.resume();
    this.#state = "idle";
    this.#schedule();
  }

  #write(): boolean {
    this.#closeRun();
    const chunks = this.#chunks;
    const senders = this.#senders;
    if (chunks.length === 0) return true;
    this.#chunks = [];
    this.#senders = [];
    this.#bytes = 0;
    const transport = this.#transport;
    if (chunks.length > 1) transport.cork();
    for (let index = 0; index < chunks.length - 1; index++) transport.write(chunks[index]!);
    const last = chunks[chunks.length - 1]!;
    const more = senders.length === 0 ? transport.write(last) : transport.write(last, () => notify(senders));
    if (chunks.length > 1) transport.uncork();
    return more;
  }

  #reserve(length: number): void {
    if (this.#slab.length - this.#slabTo >= length) return;
    this.#closeRun();
    this.#slab = Buffer.allocUnsafeSlow(slabLength);
    this.#slabFrom = 0;
    this.#slabTo = 0;
  }

  #closeRun(): void {
    if (this.#slabTo === this.#slabFrom) return;
    this.#chunks.push(this.#slab.subarray(this.#slabFrom, this.#slabTo));
    this.#slabFrom = this.#slabTo;
  }
}

function notify(senders: readonly Sender[]): void {
  // Each on its own: what one user's callback throws must not cost the others theirs.
  for (const sender of senders) process.nextTick(() => sender.sent());
}
