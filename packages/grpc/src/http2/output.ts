import type { Duplex } from "node:stream";
import { frameHeaderBytes, writeFrameHeader, writeUint32 } from "./frame.js";

/** DATA taken from streams for one write; what is beyond waits in its stream. */
const batchBytes = 512 * 1024;
/**
 * What is kept of answers for a peer that does not read them; beyond it the peer is not read either. Only for answers:
 * two peers that stop reading because of what they have to say would wait for each other.
 */
const unsentBytes = 64 * 1024;
/** Up to here a copy costs less than one more buffer in the write. */
const copyBelowBytes = 4096;
const slabBytes = 32 * 1024;
/** Enough for what a brokered connection sends that is used once. */
const firstSlabBytes = 1024;

/** `flushing`: within a write to the transport, which may run anything before it returns. `blocked`: until it drains. */
type State = "idle" | "scheduled" | "flushing" | "blocked" | "ended";

const microtask = Promise.resolve();

/** Asked for what waits, and told what has left. */
export interface OutputEvents {
  /** Appends DATA that waits for room, as long as there is some. */
  onRoom(): void;
  /** What was appended before is with the transport. */
  onWritten(): void;
}

/** Frames on their way to the transport: those of one turn leave in one write. */
export class Output {
  #state: State = "idle";
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  /** Of these, those of answers. */
  #answerBytes = 0;
  #slab = Buffer.allocUnsafe(firstSlabBytes);
  #slabFrom = 0;
  #slabTo = 0;

  readonly #transport: Duplex;
  readonly #events: OutputEvents;

  constructor(transport: Duplex, events: OutputEvents) {
    this.#transport = transport;
    this.#events = events;
    transport.on("drain", () => this.#onDrain());
  }

  /** Whether DATA may be appended now; other frames always may. */
  get writable(): boolean {
    return this.#bytes < batchBytes && this.#state !== "blocked" && this.#state !== "ended";
  }

  /** Appends the header of a frame whose payload follows at once. */
  header(length: number, type: number, flags: number, streamId: number): void {
    if (this.#state === "ended") return;
    this.#reserve(frameHeaderBytes);
    writeFrameHeader(this.#slab, this.#slabTo, length, type, flags, streamId);
    this.#appended(frameHeaderBytes);
    this.schedule();
  }

  /** So many of the bytes that were appended last only answer what the peer has sent. */
  answered(bytes: number): void {
    this.#answerBytes += bytes;
    if (this.#state === "blocked" && this.#answerBytes > unsentBytes) this.#transport.pause();
  }

  /** Bytes that must not change any more. */
  payload(bytes: Uint8Array): void {
    if (bytes.length < copyBelowBytes) {
      this.copy(bytes);
      return;
    }
    if (this.#state === "ended") return;
    this.#bytes += bytes.length;
    this.#closeRun();
    this.#chunks.push(bytes);
  }

  /** Bytes that are the caller's again afterwards. */
  copy(bytes: Uint8Array): void {
    if (this.#state === "ended" || bytes.length === 0) return;
    this.#reserve(bytes.length);
    this.#slab.set(bytes, this.#slabTo);
    this.#appended(bytes.length);
  }

  uint32(value: number): void {
    if (this.#state === "ended") return;
    this.#reserve(4);
    writeUint32(this.#slab, this.#slabTo, value);
    this.#appended(4);
  }

  uint16(value: number): void {
    if (this.#state === "ended") return;
    this.#reserve(2);
    this.#slab[this.#slabTo] = value >>> 8;
    this.#slab[this.#slabTo + 1] = value;
    this.#appended(2);
  }

  /** Writes what there is, and asks for more, at the end of this turn. */
  schedule(): void {
    if (this.#state !== "idle") return;
    this.#state = "scheduled";
    // After the microtasks of this turn: they are what answers the messages of one chunk, and send the next requests.
    void microtask.then(this.#afterMicrotasks);
  }

  /** Writes the frames that are appended, and takes no more. */
  end(): void {
    if (this.#state === "ended") return;
    this.#write();
    this.#state = "ended";
    this.#chunks = [];
  }

  readonly #afterMicrotasks = () => process.nextTick(this.#flush);

  readonly #flush = () => {
    if (this.#state !== "scheduled") return;
    this.#state = "flushing";
    let taken = false;
    try {
      this.#events.onRoom();
    } finally {
      // What is asked for room may run a listener, which may throw or end the connection.
      if (!this.#ended) taken = this.#write();
    }
    if (this.#ended) return;
    this.#state = taken ? "idle" : "blocked";
    if (!taken) return;
    this.#events.onWritten();
    if (this.#bytes > 0) this.schedule();
  };

  #onDrain(): void {
    if (this.#state !== "blocked") return;
    this.#state = "idle";
    this.#transport.resume();
    this.#events.onWritten();
    this.schedule();
  }

  // A getter: TypeScript takes the state for what it was before a call.
  get #ended(): boolean {
    return this.#state === "ended";
  }

  /** Whether the transport takes more. */
  #write(): boolean {
    this.#closeRun();
    const chunks = this.#chunks;
    const transport = this.#transport;
    if (chunks.length === 0) return true;
    this.#chunks = [];
    this.#bytes = 0;
    this.#answerBytes = 0;
    if (chunks.length === 1) return transport.write(chunks[0]!);
    let taken = true;
    transport.cork();
    for (const chunk of chunks) taken = transport.write(chunk);
    transport.uncork();
    return taken;
  }

  #reserve(length: number): void {
    if (this.#slab.length - this.#slabTo >= length) return;
    this.#closeRun();
    this.#slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, length));
    this.#slabFrom = 0;
    this.#slabTo = 0;
  }

  #appended(length: number): void {
    this.#slabTo += length;
    this.#bytes += length;
  }

  #closeRun(): void {
    if (this.#slabTo === this.#slabFrom) return;
    this.#chunks.push(this.#slab.subarray(this.#slabFrom, this.#slabTo));
    this.#slabFrom = this.#slabTo;
  }
}
