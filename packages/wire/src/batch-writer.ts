import type { Duplex } from "node:stream";

/** The data in one write. More waits in its stream, where back-pressure reaches its writer. */
const batchBytes = 512 * 1024;
/**
 * The answers kept for a peer that does not read them; beyond this the peer is not read either. Only answers count: if
 * data did, two peers that both write and do not read would wait for each other.
 */
const maxAnswerBytes = 64 * 1024;
/** Copying fewer bytes than this costs less than one more buffer in the write. */
const copyBelowBytes = 4096;
const slabBytes = 32 * 1024;
/** Enough for a brokered connection that serves one call. */
const firstSlabBytes = 1024;

/**
 * `flushing`: within a write to the transport, which may run any code before it returns. `blocked`: until the transport
 * drains.
 */
type State = "idle" | "scheduled" | "flushing" | "blocked" | "ended";

const microtask = Promise.resolve();
const nothing = Buffer.alloc(0);

/** The source of the data of a batch. */
export interface BatchSource {
  /** The transport accepts data: append some while the writer is `writable`. */
  onRoom(): void;
  /** The transport has taken everything that was appended, and accepts more. */
  onTaken(): void;
}

/** The owner of bytes that a batch uses without copying them. */
export interface BytesOwner {
  /** The transport is done with the bytes. */
  onReleased(): void;
}

/**
 * Frames on their way to a transport. The frames of one turn of the event loop leave in one write. While the transport
 * is full, control frames wait here.
 */
export class BatchWriter {
  /** The memory for `reserve`. */
  slab: Buffer = Buffer.allocUnsafe(firstSlabBytes);
  readonly #transport: Duplex;
  readonly #source: BatchSource;
  #state: State = "idle";
  #chunks: Uint8Array[] = [];
  #bytes = 0;
  #answerBytes = 0;
  #runStart = 0;
  #runEnd = 0;
  #owners: BytesOwner[] = [];

  constructor(transport: Duplex, source: BatchSource) {
    this.#transport = transport;
    this.#source = source;
    transport.on("drain", () => this.#onDrain());
  }

  /** True while data may be appended; control frames always may. */
  get writable(): boolean {
    return this.#bytes < batchBytes && this.#state !== "blocked" && this.#state !== "ended";
  }

  /**
   * Appends this many bytes and returns their position in `slab`. The caller must fill them in before any other call.
   */
  reserve(length: number): number {
    if (this.#state === "ended") this.#runStart = this.#runEnd = 0;
    if (this.slab.length - this.#runEnd < length) this.#newSlab(length);
    const start = this.#runEnd;
    this.#runEnd += length;
    this.#bytes += length;
    this.schedule();
    return start;
  }

  /** Appends a copy of the bytes. */
  copy(bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    const start = this.reserve(bytes.length);
    this.slab.set(bytes, start);
  }

  /** Appends bytes. Returns true when they were copied; otherwise they must not change until they are released. */
  append(bytes: Uint8Array): boolean {
    if (bytes.length < copyBelowBytes) {
      this.copy(bytes);
      return true;
    }
    if (this.#state === "ended") return true;
    this.#bytes += bytes.length;
    this.#closeRun();
    this.#chunks.push(bytes);
    this.schedule();
    return false;
  }

  /** Declares that this many of the last bytes only answer the peer. */
  answered(bytes: number): void {
    this.#answerBytes += bytes;
    if (this.#state === "blocked" && this.#answerBytes > maxAnswerBytes) this.#transport.pause();
  }

  /** Calls `onReleased` when the transport is done with everything appended so far. */
  whenReleased(owner: BytesOwner): void {
    this.#owners.push(owner);
  }

  /** Writes at the end of this turn. */
  schedule(): void {
    if (this.#state !== "idle") return;
    this.#state = "scheduled";
    // After the microtasks of this turn: they answer the messages of one chunk, and send the next requests.
    void microtask.then(this.#afterMicrotasks);
  }

  /** Keeps later frames for the `flush` that the caller makes in the same turn. */
  hold(): void {
    if (this.#state === "idle") this.#state = "scheduled";
  }

  /** Writes now instead of at the end of this turn. */
  readonly flush = (): void => {
    if (this.#state !== "scheduled") return;
    this.#state = "flushing";
    try {
      this.#source.onRoom();
    } finally {
      // `onRoom` may run listeners that throw or end the connection.
      if (!this.#ended) {
        const taken = this.#write();
        if (!this.#ended) this.#state = taken ? "idle" : "blocked";
        if (taken && !this.#ended) this.#afterWrite();
      }
    }
  };

  /** Writes everything appended, and accepts no more. */
  end(): void {
    if (this.#state === "ended") return;
    this.#write();
    this.drop();
  }

  /** Discards everything appended, and accepts no more. */
  drop(): void {
    this.#state = "ended";
    releaseAll(this.#owners.splice(0));
    this.#chunks = [];
    // Later reservations go nowhere, but must not use memory that the transport still reads.
    this.slab = nothing;
  }

  readonly #afterMicrotasks = () => process.nextTick(this.flush);

  #afterWrite(): void {
    this.#source.onTaken();
    if (this.#bytes > 0) this.schedule();
  }

  #onDrain(): void {
    if (this.#state !== "blocked") return;
    this.#state = "idle";
    if (this.#transport.isPaused()) this.#transport.resume();
    this.#source.onTaken();
    this.schedule();
  }

  // A getter, because TypeScript does not know that a method may change the state.
  get #ended(): boolean {
    return this.#state === "ended";
  }

  /** Returns true when the transport accepts more. */
  #write(): boolean {
    this.#closeRun();
    const chunks = this.#chunks;
    if (chunks.length === 0) return true;
    const transport = this.#transport;
    const owners = this.#owners;
    this.#chunks = [];
    this.#bytes = 0;
    this.#answerBytes = 0;
    const last = chunks.length - 1;
    if (last > 0) transport.cork();
    for (let index = 0; index < last; index++) transport.write(chunks[index]!);
    let taken: boolean;
    if (owners.length === 0) {
      taken = transport.write(chunks[last]!);
    } else {
      this.#owners = [];
      taken = transport.write(chunks[last]!, () => releaseAll(owners));
    }
    if (last > 0) transport.uncork();
    return taken;
  }

  #newSlab(length: number): void {
    this.#closeRun();
    this.slab = Buffer.allocUnsafeSlow(Math.max(slabBytes, length));
    this.#runStart = 0;
    this.#runEnd = 0;
  }

  #closeRun(): void {
    if (this.#runEnd === this.#runStart) return;
    if (this.#state !== "ended") this.#chunks.push(this.slab.subarray(this.#runStart, this.#runEnd));
    this.#runStart = this.#runEnd;
  }
}

/** Each on its own tick: if one throws, the others are called all the same. */
function releaseAll(owners: readonly BytesOwner[]): void {
  for (const owner of owners) process.nextTick(() => owner.onReleased());
}
