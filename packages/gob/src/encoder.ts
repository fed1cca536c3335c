import { describe } from "./describe.js";
import { compileEncode, type EncodeOp, EncodeState } from "./encode.js";
import { finishPath, GobEncodeError } from "./errors.js";
import { type Registry, registry } from "./registry.js";
import { isNilUnsendable, resolve } from "./resolve.js";
import type { AnyType, BaseNode, Input } from "./schema.js";
import { TypeTable } from "./type-table.js";
import { emptyMark, type Mark } from "./writer.js";

/** What is known of a type before its first value. */
interface Plan {
  readonly base: BaseNode;
  readonly singleton: boolean;
  readonly nilUnsendable: boolean;
  readonly encode: EncodeOp;
}

function plan(type: AnyType): Plan {
  const base = resolve(type);
  return {
    base,
    singleton: base.kind !== "struct",
    nilUnsendable: isNilUnsendable(type),
    encode: compileEncode(base),
  };
}

/** How a stream is encoded. */
export interface EncoderOptions {
  /** The types that interface values may hold. @default what Go registers by itself. Go: gob.Register */
  readonly registry?: Registry;
  /** How deeply a value may be nested, which also ends values that contain themselves. @default 1000 */
  readonly maxDepth?: number;
}

/**
 * Encodes the values of one stream; each type is defined once, before the first value that needs it. Go: gob.Encoder.
 * A value that cannot be encoded throws and leaves no trace, neither bytes nor types.
 */
export class Encoder {
  readonly #types = new TypeTable();
  readonly #state: EncodeState;
  readonly #plans = new Map<AnyType, Plan>();
  #keptTypes = 0;
  #kept: Mark = emptyMark;

  constructor(options: EncoderOptions = {}) {
    this.#state = new EncodeState(this.#types, options.registry ?? registry(), options.maxDepth ?? 1000);
  }

  /** Encodes one value, and takes it together with what was written before. */
  encode<T extends AnyType>(type: T, value: Input<T>): Uint8Array {
    this.write(type, value);
    return this.take();
  }

  /** Appends one value to what the next {@link take} returns, so that several go out as one. */
  write<T extends AnyType>(type: T, value: Input<T>): this {
    const state = this.#state;
    const types = this.#types;
    const known = types.size;
    const message = state.begin();
    state.depth = 0;
    try {
      const { base, singleton, nilUnsendable, encode } = this.#plans.get(type) ?? this.#plan(type);
      if (nilUnsendable && (value === null || value === undefined)) {
        throw new GobEncodeError(`gob cannot send a nil ${describe(type)}`, { wanted: describe(type) });
      }
      state.int(types.use(base));
      if (singleton) state.byte(0);
      encode(state, value);
      state.end(message, types.pending);
      types.clearPending();
    } catch (error) {
      types.rollback(known);
      state.reset(message);
      throw finishPath(error, describe(type));
    }
    return this;
  }

  #plan(type: AnyType): Plan {
    const made = plan(type);
    this.#plans.set(type, made);
    return made;
  }

  /** Number of bytes that {@link take} would return. */
  get length(): number {
    return this.#state.total;
  }

  /** Takes out the bytes of everything that was written since the last take. */
  take(): Uint8Array {
    this.#keep(emptyMark);
    return this.#state.take();
  }

  /** As {@link take}, in pieces: byte slices of 32 KiB and more are the caller's own, not copies. */
  takeParts(): Uint8Array[] {
    this.#keep(emptyMark);
    return this.#state.takeParts();
  }

  /** Makes what was written so far safe from {@link discard}. */
  keep(): void {
    this.#keep(this.#state.mark());
  }

  /** Drops everything that was written since the last take or keep, as if it had never been. */
  discard(): void {
    this.#types.rollback(this.#keptTypes);
    this.#state.reset(this.#kept);
  }

  #keep(mark: Mark): void {
    this.#keptTypes = this.#types.size;
    this.#kept = mark;
  }
}

/** Encodes one value as a stream of its own. */
export function encode<T extends AnyType>(type: T, value: Input<T>, options?: EncoderOptions): Uint8Array {
  return new Encoder(options).encode(type, value);
}
