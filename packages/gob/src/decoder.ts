import { compileDecodeValue } from "./decode.js";
import { DecodeState, incomplete } from "./decode-state.js";
import { describe } from "./describe.js";
import { finishPath, GobFormatError, GobTruncatedError } from "./errors.js";
import { type Limits, readLimits } from "./limits.js";
import { MessageQueue } from "./message-queue.js";
import { type Registry, registry } from "./registry.js";
import type { AnyType, Infer } from "./schema.js";
import { Walk } from "./walk.js";

/** How a stream is decoded, and the limits for who sends it. */
export interface DecoderOptions extends Partial<Limits> {
  /** The types that interface values may hold. @default what Go registers by itself. Go: gob.Register */
  readonly registry?: Registry;
  /** What happens to an interface value of a type that is not registered: it is shown as it is, or refused as by Go. @default "decode" */
  readonly unregistered?: "decode" | "reject";
  /** Integers where no schema says their width: numbers if they are safe ones, or always bigints. @default "auto" */
  readonly integers?: "auto" | "bigint";
}

/** What {@link Decoder.decode} returns when the next value has not arrived yet. */
export const needMore: unique symbol = Symbol("gob.needMore");
/** The type of {@link needMore}. */
export type NeedMore = typeof needMore;

/** How the value at the front of the stream stands. */
type Progress =
  | { readonly kind: "unread" }
  /** It goes on in messages that have not come, or did not when its walk began: it is decoded once its end is known. */
  | { readonly kind: "arriving"; readonly walk: Walk }
  /** The caller skips it. */
  | { readonly kind: "skipping"; readonly walk: Walk }
  /** It has failed; the rest of it is of no use. */
  | { readonly kind: "dropping"; readonly walk: Walk };

const unread: Progress = { kind: "unread" };

/**
 * Decodes the values of one stream, which arrives in chunks of any size. Go: gob.Decoder.
 * A value that fails is dropped, and the next one can be decoded; only a broken framing ends the stream.
 * Chunks are kept, not copied: they must not be written to afterwards.
 */
export class Decoder {
  readonly #queue: MessageQueue;
  readonly #state: DecodeState;
  #progress: Progress = unread;
  #defining = false;

  constructor(options: DecoderOptions = {}) {
    const { registry: types = registry(), unregistered = "decode", integers = "auto" } = options;
    const limits = readLimits(options);
    this.#queue = new MessageQueue(limits.maxMessageBytes);
    this.#state = new DecodeState(this.#queue, { registry: types, unregistered, integers, limits });
  }

  /** Takes in the next bytes of the stream. Never throws; what is wrong with them {@link decode} tells in its turn. */
  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  /**
   * Decodes the next value, or returns {@link needMore}. With `into`, structs and maps are merged into what is there, as
   * Go does, and fields that were not sent keep their value.
   */
  decode<T extends AnyType>(type: T, into?: Infer<T>): Infer<T> | NeedMore {
    if (!this.#settle()) return needMore;
    const id = this.#reach();
    if (id === undefined) return needMore;
    try {
      const value = compileDecodeValue(this.#state, id, type)(this.#state, into);
      this.#consume();
      return value;
    } catch (error) {
      if (error === incomplete) {
        this.#beginWalk("arriving");
        this.#settle();
        return needMore;
      }
      this.#drop();
      throw finishPath(error, describe(type));
    }
  }

  /** Steps over the next value. False if it has not arrived to its end; call again then. */
  skip(): boolean {
    if (this.#progress.kind === "arriving") this.#progress = { kind: "skipping", walk: this.#progress.walk };
    if (this.#progress.kind === "skipping") return this.#settle();
    if (!this.#settle() || this.#reach() === undefined) return false;
    this.#beginWalk("skipping");
    return this.#settle();
  }

  /** Says that the stream has ended; throws if that is in the middle of a value. */
  end(): void {
    this.#queue.check();
    const midValue = this.#progress.kind !== "unread" || (this.#defining && this.#queue.length === 0);
    if (midValue || this.#queue.partial) throw new GobTruncatedError("the stream ended in the middle of a value");
  }

  /** Goes to the next value, past the definitions before it, and returns the id of its type. */
  #reach(): number | undefined {
    const state = this.#state;
    while (this.#queue.length > 0) {
      state.begin();
      try {
        const id = state.typeId();
        if (id >= 0) return id;
        state.define(-id);
        if (state.at < state.end) throw new GobFormatError("a type definition with something behind it");
      } catch (error) {
        this.#consume();
        throw finishPath(error, "a message");
      }
      this.#queue.shift(1);
      this.#defining = true;
    }
    this.#queue.check();
    return undefined;
  }

  /** Goes on with what an earlier call left behind. False if that must wait. */
  #settle(): boolean {
    const progress = this.#progress;
    if (progress.kind === "unread") return true;
    try {
      if (!progress.walk.run()) return false;
    } catch (error) {
      this.#consume();
      if (progress.kind === "dropping") return true;
      throw finishPath(error, "a value");
    }
    if (progress.kind === "arriving") this.#progress = unread;
    else this.#consume();
    return true;
  }

  #beginWalk(kind: "arriving" | "skipping" | "dropping"): void {
    this.#state.begin();
    this.#progress = { kind, walk: new Walk(this.#state) };
  }

  /** Leaves the messages of a value that failed. If it is malformed as well, its end is the end of the last one read. */
  #drop(): void {
    this.#beginWalk("dropping");
    this.#settle();
  }

  /** Leaves the messages that were read. What a value leaves of its last message is ignored, as by Go. */
  #consume(): void {
    this.#queue.shift(this.#state.opened);
    this.#progress = unread;
    this.#defining = false;
  }
}

/** Decodes the first value of a whole stream, which it must hold. */
export function decode<T extends AnyType>(type: T, bytes: Uint8Array, options?: DecoderOptions): Infer<T> {
  const decoder = new Decoder(options);
  decoder.push(bytes);
  const value = decoder.decode(type);
  if (value !== needMore) return value as Infer<T>;
  decoder.end();
  throw new GobTruncatedError("the stream ended before a value");
}
