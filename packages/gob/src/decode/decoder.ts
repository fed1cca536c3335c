import { finishPath } from "../error-path.js";
import { GobFormatError, GobTruncatedError } from "../errors.js";
import { type Registry, registry } from "../registry/registry.js";
import { describe } from "../schema/describe.js";
import type { AnyType, Infer } from "../schema/schema.js";
import { MessageQueue } from "../wire/message-queue.js";
import { compileDecodeValue } from "./compile.js";
import { type Limits, readLimits } from "./limits.js";
import { DecodeState, incomplete } from "./state.js";
import { Walk } from "./walk.js";

/** Options of a {@link Decoder}, and the limits for the peer that sends the stream. */
export interface DecoderOptions extends Partial<Limits> {
  /** The types that interface values may hold. Go: gob.Register. @default the types that Go registers itself */
  readonly registry?: Registry;
  /** An interface value of an unregistered type is decoded without a schema, or refused as by Go. @default "decode" */
  readonly unregistered?: "decode" | "reject";
  /** Integers without a schema: `"auto"` gives numbers, and bigints beyond the safe integers; `"bigint"` always gives bigints. @default "auto" */
  readonly integers?: "auto" | "bigint";
  /** Strings without a schema: `"text"` refuses those that are not UTF-8; `"bytes"` gives Uint8Arrays, and Maps for maps with string keys. @default "text" */
  readonly strings?: "text" | "bytes";
}

/** {@link Decoder.decode} returns this when the next value has not arrived. */
export const needMore: unique symbol = Symbol("gob.needMore");
/** The type of {@link needMore}. */
export type NeedMore = typeof needMore;

/** The progress of the value at the front of the stream. */
type Progress =
  | { readonly kind: "unread" }
  /** It continues in messages that had not arrived when its walk began. It is decoded once its end has been found. */
  | { readonly kind: "arriving"; readonly walk: Walk }
  /** The caller has asked to skip it. */
  | { readonly kind: "skipping"; readonly walk: Walk }
  /** It has failed, and its rest is being dropped. */
  | { readonly kind: "dropping"; readonly walk: Walk };

const unread: Progress = { kind: "unread" };

/**
 * Decodes the values of one stream, which arrives in chunks of any size. Go: gob.Decoder.
 * A value that fails is dropped, and the next one can be decoded. Only broken framing ends the stream.
 *
 * @example
 * ```ts
 * import { gob } from "@go-plugin/gob";
 *
 * const decoder = new gob.Decoder({ maxMessageBytes: 1024 * 1024 });
 * process.stdin.on("data", (chunk: Buffer) => {
 *   decoder.push(chunk);
 *   for (let text = decoder.decode(gob.string); text !== gob.needMore; text = decoder.decode(gob.string)) console.log(text);
 * });
 * process.stdin.on("end", () => decoder.end());
 * ```
 */
export class Decoder {
  readonly #queue: MessageQueue;
  readonly #state: DecodeState;
  #progress: Progress = unread;
  #defining = false;

  constructor(options: DecoderOptions = {}) {
    const { registry: types = registry(), unregistered = "decode", integers = "auto", strings = "text" } = options;
    const limits = readLimits(options);
    this.#queue = new MessageQueue(limits.maxMessageBytes);
    this.#state = new DecodeState(this.#queue, {
      registry: types,
      unregistered,
      integers,
      strings,
      limits,
      compileValue: compileDecodeValue,
    });
  }

  /**
   * Takes in the next bytes of the stream. They are kept without a copy: do not write to them afterwards.
   * Never throws; {@link decode} reports malformed input.
   */
  push(chunk: Uint8Array): void {
    this.#queue.push(chunk);
  }

  /**
   * Decodes the next value, or returns {@link needMore}. With `into`, structs and maps are merged into that value as in
   * Go, and fields that were not sent keep theirs. Go: Decoder.Decode.
   *
   * @throws {GobError} The value is dropped; the subclass says why.
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

  /** Skips the next value. False if it has not arrived completely: call again after the next {@link push}. Go: Decode(nil). */
  skip(): boolean {
    if (this.#progress.kind === "arriving") this.#progress = { kind: "skipping", walk: this.#progress.walk };
    if (this.#progress.kind === "skipping") return this.#settle();
    if (!this.#settle() || this.#reach() === undefined) return false;
    this.#beginWalk("skipping");
    return this.#settle();
  }

  /**
   * Call this when the stream has ended.
   * @throws {GobTruncatedError} It ended in the middle of a value.
   */
  end(): void {
    this.#queue.check();
    const midValue = this.#progress.kind !== "unread" || (this.#defining && this.#queue.length === 0);
    if (midValue || this.#queue.partial) throw new GobTruncatedError("the stream ended in the middle of a value");
  }

  /** Reads the definitions before the next value, and returns the id of its type. */
  #reach(): number | undefined {
    const state = this.#state;
    while (this.#queue.length > 0) {
      state.begin();
      try {
        const id = state.typeId();
        if (id >= 0) return id;
        state.define(-id);
        if (state.at < state.end)
          throw new GobFormatError("a type definition is followed by other bytes in its message");
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

  /** Continues what an earlier call began. False if more of the value has to arrive first. */
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

  /** Drops the messages of a value that failed. If its end cannot be found, the last message read is its last one. */
  #drop(): void {
    this.#beginWalk("dropping");
    this.#settle();
  }

  /** Drops the messages that were read. Bytes behind a value in its last message are ignored, as by Go. */
  #consume(): void {
    this.#queue.shift(this.#state.opened);
    this.#progress = unread;
    this.#defining = false;
  }
}

/**
 * Decodes the first value of a complete stream.
 *
 * @throws {GobTruncatedError} The stream ends before or inside the value. {@link GobError} has the other reasons.
 * @example
 * ```ts
 * import { gob } from "@go-plugin/gob";
 *
 * console.log(gob.decode(gob.string, Buffer.from("090c000648656c6c6f21", "hex"))); // Hello!
 * ```
 */
export function decode<T extends AnyType>(type: T, bytes: Uint8Array, options?: DecoderOptions): Infer<T> {
  const decoder = new Decoder(options);
  decoder.push(bytes);
  const value = decoder.decode(type);
  if (value !== needMore) return value as Infer<T>;
  decoder.end();
  throw new GobTruncatedError("the stream ended before its first value");
}
