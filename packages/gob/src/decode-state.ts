import type { DecodeOp } from "./decode.js";
import { type GobError, GobFormatError, GobLimitError } from "./errors.js";
import { averageTypeBytes, type Limits, maxNameBytes } from "./limits.js";
import type { MessageQueue } from "./message-queue.js";
import { Reader } from "./reader.js";
import type { Registry } from "./registry.js";
import type { BaseNode, Schema } from "./schema.js";
import { readSentType, type SentType } from "./sent-type.js";
import { firstUserId, lastUserId } from "./wire.js";

/** Thrown when a value goes on in a message that has not come yet. */
export const incomplete: unique symbol = Symbol("gob.incomplete");

interface Definition {
  readonly type: SentType;
  /** Where in the stream it stands: reading the same bytes again is not a second definition. */
  readonly message: number;
  readonly at: number;
  readonly next: number;
}

export interface DecodeSettings {
  readonly registry: Registry;
  readonly limits: Limits;
  readonly unregistered: "decode" | "reject";
  readonly integers: "auto" | "bigint";
}

/** Where decoding stands in a stream, and what the stream has defined. */
export class DecodeState extends Reader {
  /** Which function decodes which sent type as which wanted type. */
  readonly compiled = new Map<BaseNode, Map<number, DecodeOp>>();
  /** The same for whole values. */
  readonly compiledValues = new Map<Schema, Map<number, DecodeOp>>();
  /** What has been added to `compiled` for the value whose type is being compiled. */
  readonly compiling: [known: Map<number, DecodeOp>, id: number][] = [];
  /** Which pairs of types do not go together: finding out costs as much as compiling them. */
  readonly refused = new Map<Schema, Map<number, () => GobError>>();
  /** Which function decodes which sent type as it is. */
  readonly compiledAny = new Map<number, DecodeOp>();
  readonly #types = new Map<number, Definition>();
  #definitionBytes = 0;
  #message = 0;
  #valueBytes = 0;
  #depth = 0;
  #values = 0;

  constructor(
    readonly queue: MessageQueue,
    readonly settings: DecodeSettings,
  ) {
    super();
  }

  /** Goes to the beginning of the first message in the queue. */
  begin(): void {
    this.#depth = 0;
    this.#values = this.settings.limits.maxValues;
    this.#valueBytes = 0;
    this.#open(0);
  }

  /** How many messages have been opened since the beginning. */
  get opened(): number {
    return this.#message + 1;
  }

  /** Goes to the next message, if it has come. */
  tryNextMessage(): boolean {
    if (this.#message + 1 >= this.queue.length) {
      this.queue.check();
      return false;
    }
    this.#open(this.#message + 1);
    return true;
  }

  #open(index: number): void {
    const message = this.queue.at(index)!;
    this.#message = index;
    this.data = message.data;
    this.at = message.start;
    this.end = message.end;
    this.#valueBytes += message.end - message.start;
    const limit = this.settings.limits.maxMessageBytes;
    if (this.#valueBytes > limit) throw new GobLimitError(`a value of more than ${limit} bytes exceeds the limit`);
  }

  /** The id that begins a message, and the body of an interface value: negative for a definition. */
  typeId(): number {
    const twice = this.count();
    const id = twice % 2 === 0 ? twice / 2 : -(twice + 1) / 2;
    if (Math.abs(id) > lastUserId) throw new GobFormatError(`${id} is no id of a type`);
    return id;
  }

  /** Reads the definition of a type. */
  define(id: number): void {
    const message = this.queue.shifted + this.#message;
    const known = this.#types.get(id);
    if (known !== undefined && known.message === message && known.at === this.at) {
      this.at = known.next;
      return;
    }
    if (id < firstUserId || known !== undefined) throw new GobFormatError(`type ${id} is defined twice`);
    const { maxTypes } = this.settings.limits;
    if (this.#types.size >= maxTypes) throw new GobLimitError(`more than ${maxTypes} types exceed the limit`);
    const { at } = this;
    const type = readSentType(this);
    this.#definitionBytes += this.at - at;
    const limit = maxTypes * averageTypeBytes;
    if (this.#definitionBytes > limit) {
      throw new GobLimitError(`more than ${limit} bytes of type definitions exceed the limit`);
    }
    this.#types.set(id, { type, message, at, next: this.at });
    // It may be what was missing.
    this.refused.clear();
  }

  sentType(id: number): SentType | undefined {
    return this.#types.get(id)?.type;
  }

  /** The name of an interface value's type; empty for nil. */
  interfaceName(): string {
    const length = this.length();
    if (length > maxNameBytes) {
      throw new GobLimitError(`an interface type name of ${length} bytes exceeds the limit of ${maxNameBytes}`);
    }
    const from = this.at;
    this.at += length;
    return this.data.toString("utf8", from, this.at);
  }

  /**
   * After the name: definitions if the type is new, then its id. Definitions can end a message, and the value then goes
   * on in the next. The lengths between are of no use: they cover the first part of a value only.
   */
  concreteType(): number {
    for (;;) {
      if (this.at === this.end && !this.tryNextMessage()) throw incomplete;
      const id = this.typeId();
      if (id >= 0) {
        this.skipNumber();
        return id;
      }
      this.define(-id);
      if (this.at < this.end) this.skipNumber();
    }
  }

  enter(): void {
    const { maxDepth } = this.settings.limits;
    if (++this.#depth > maxDepth)
      throw new GobLimitError(`a value nested deeper than ${maxDepth} levels exceeds the limit`);
  }

  leave(): void {
    this.#depth--;
  }

  /** Counts values before they take memory. */
  charge(count: number): void {
    this.#values -= count;
    if (this.#values < 0) {
      const limit = this.settings.limits.maxValues;
      throw new GobLimitError(`a value made of more than ${limit} elements, entries and fields exceeds the limit`);
    }
  }
}
