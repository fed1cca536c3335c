import { type GobError, GobFormatError, GobLimitError } from "../errors.js";
import type { Registry } from "../registry/registry.js";
import type { BaseNode, Schema } from "../schema/schema.js";
import { firstUserId, lastUserId } from "../wire/ids.js";
import type { MessageQueue } from "../wire/message-queue.js";
import { Reader } from "../wire/reader.js";
import { averageTypeBytes, type Limits, maxNameBytes, memoryPerByte, memoryShare } from "./limits.js";
import { readSentType, type SentType } from "./sent-type.js";

/** Reads a value. Structs and maps are merged into `previous` if it is given. */
// biome-ignore lint/suspicious/noExplicitAny: what is read has the schema's type
export type DecodeOp = (state: DecodeState, previous: any) => any;

/** Makes the function that decodes sent type `id` as `type`. */
export type Compile = (state: DecodeState, id: number, type: Schema) => DecodeOp;

/** Thrown when a value continues in a message that has not arrived. */
export const incomplete: unique symbol = Symbol("gob.incomplete");

interface Definition {
  readonly type: SentType;
  /** Its position in the stream: reading the same bytes again is not a second definition. */
  readonly message: number;
  readonly at: number;
  readonly next: number;
}

export interface DecodeSettings {
  /** Decodes the values of interfaces. */
  readonly compileValue: Compile;
  readonly registry: Registry;
  readonly limits: Limits;
  readonly unregistered: "decode" | "reject";
  readonly integers: "auto" | "bigint";
  readonly strings: "text" | "bytes";
}

/** The position in a stream, and the types that the stream has defined. */
export class DecodeState extends Reader {
  /** The function that decodes a sent type as a wanted type. */
  readonly compiled = new Map<BaseNode, Map<number, DecodeOp>>();
  /** The same for whole values. */
  readonly compiledValues = new Map<Schema, Map<number, DecodeOp>>();
  /** The entries of `compiled` that were added for the value type being compiled. */
  readonly compiling: [known: Map<number, DecodeOp>, id: number][] = [];
  /** The pairs of types that do not match: checking again would cost as much as compiling them. */
  readonly refused = new Map<Schema, Map<number, () => GobError>>();
  /** The function that decodes a sent type without a schema. */
  readonly compiledUnknown = new Map<number, DecodeOp>();
  readonly #types = new Map<number, Definition>();
  #definitionBytes = 0;
  #message = 0;
  #valueBytes = 0;
  #depth = 0;
  /** Bytes of memory that the value has taken, and may take. */
  #memory = 0;
  #maxMemory = 0;

  constructor(
    readonly queue: MessageQueue,
    readonly settings: DecodeSettings,
  ) {
    super();
  }

  /** Goes to the start of the first message in the queue. */
  begin(): void {
    this.#depth = 0;
    this.#memory = 0;
    this.#valueBytes = 0;
    this.#open(0);
  }

  /** The number of messages opened since {@link begin}. */
  get opened(): number {
    return this.#message + 1;
  }

  /** Goes to the next message, if it has arrived. */
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
    const { maxMessageBytes: limit, maxMemoryBytes } = this.settings.limits;
    if (this.#valueBytes > limit) {
      throw new GobLimitError(`the value has more than ${limit} bytes (option maxMessageBytes)`);
    }
    this.#maxMemory = Math.min(maxMemoryBytes, maxMemoryBytes * memoryShare + this.#valueBytes * memoryPerByte);
  }

  /** Reads the id at the start of a message or of an interface's value. It is negative for a type definition. */
  typeId(): number {
    const twice = this.count();
    const id = twice % 2 === 0 ? twice / 2 : -(twice + 1) / 2;
    if (Math.abs(id) > lastUserId) throw new GobFormatError(`${id} is not a type id`);
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
    if (id < firstUserId || known !== undefined)
      throw new GobFormatError(
        id < firstUserId ? `type ${id} is predefined and cannot be defined` : `type ${id} is defined twice`,
      );
    const { maxTypes } = this.settings.limits;
    if (this.#types.size >= maxTypes)
      throw new GobLimitError(`the stream defines more than ${maxTypes} types (option maxTypes)`);
    const { at } = this;
    const type = readSentType(this);
    this.#definitionBytes += this.at - at;
    const limit = maxTypes * averageTypeBytes;
    if (this.#definitionBytes > limit) {
      throw new GobLimitError(`the stream has more than ${limit} bytes of type definitions (option maxTypes)`);
    }
    this.#types.set(id, { type, message, at, next: this.at });
    // The type may be the one that was missing.
    this.refused.clear();
  }

  sentType(id: number): SentType | undefined {
    return this.#types.get(id)?.type;
  }

  /** Reads the name of an interface value's type. It is empty for nil. */
  interfaceName(): string {
    const length = this.length();
    if (length > maxNameBytes) {
      throw new GobLimitError(`the name of an interface value's type has ${length} bytes; Go allows ${maxNameBytes}`);
    }
    const from = this.at;
    this.at += length;
    return this.data.toString("utf8", from, this.at);
  }

  /**
   * Reads what follows the name: definitions if the type is new, then its id. A definition may end a message, and the
   * value then continues in the next one. The lengths in between cover only the first part of a value, so they are skipped.
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
    if (++this.#depth > maxDepth) {
      throw new GobLimitError(`the value is nested deeper than ${maxDepth} levels (option maxDepth)`);
    }
  }

  leave(): void {
    this.#depth--;
  }

  /** Counts memory before it is taken. */
  charge(bytes: number): void {
    this.#memory += bytes;
    if (this.#memory > this.#maxMemory) throw this.#tooMuchMemory();
  }

  #tooMuchMemory(): GobLimitError {
    const limit = Math.floor(this.#maxMemory);
    return new GobLimitError(
      `${this.#valueBytes} bytes would become a value of more than ${limit} bytes of memory (option maxMemoryBytes)`,
    );
  }
}
