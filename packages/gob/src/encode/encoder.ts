import { finishPath } from "../error-path.js";
import { GobEncodeError } from "../errors.js";
import { type Registry, registry } from "../registry/registry.js";
import { describe } from "../schema/describe.js";
import { isNilUnsendable, resolve } from "../schema/resolve.js";
import type { AnyType, BaseNode, Input } from "../schema/schema.js";
import { emptyMark, type Mark } from "../wire/writer.js";
import { compileEncode } from "./compile.js";
import { type EncodeOp, EncodeState } from "./state.js";
import { TypeTable } from "./type-table.js";

/** A type's properties for encoding, computed once. */
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

/** Options of an {@link Encoder}. */
export interface EncoderOptions {
  /** The types that interface values may hold. Go: gob.Register. @default the types that Go registers itself */
  readonly registry?: Registry;
  /** Most levels of a value, which also stops values that contain themselves. Go: none. @default 1000 */
  readonly maxDepth?: number;
}

/**
 * Encodes the values of one stream. Each type is defined once, before the first value that needs it. Go: gob.Encoder.
 * A value that cannot be encoded throws and leaves nothing behind, neither bytes nor types.
 *
 * @example
 * ```ts
 * import { gob } from "@go-plugin/gob";
 *
 * const encoder = new gob.Encoder();
 * process.stdout.write(encoder.encode(gob.string, "first"));
 * process.stdout.write(encoder.write(gob.int, 1).write(gob.int, 2).take()); // two values in one write
 * ```
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

  /**
   * Encodes one value and takes it, together with all that was written since the last take. Go: Encoder.Encode.
   * @throws {GobEncodeError} The value does not fit its schema. {@link GobError} has the other reasons.
   */
  encode<T extends AnyType>(type: T, value: Input<T>): Uint8Array {
    this.write(type, value);
    return this.take();
  }

  /**
   * Appends one value to what the next {@link take} returns, so that several values leave in one write.
   * @throws {GobEncodeError} The value does not fit its schema. {@link GobError} has the other reasons.
   */
  write<T extends AnyType>(type: T, value: Input<T>): this {
    const state = this.#state;
    const types = this.#types;
    const known = types.size;
    const message = state.begin();
    state.depth = 0;
    try {
      const { base, singleton, nilUnsendable, encode } = this.#plans.get(type) ?? this.#plan(type);
      if (nilUnsendable && (value === null || value === undefined)) {
        throw new GobEncodeError(`gob cannot send a nil ${describe(type)} as a whole value; put it into a struct`, {
          wanted: describe(type),
        });
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

  /** The number of bytes that {@link take} would return. */
  get length(): number {
    return this.#state.total;
  }

  /** Takes all bytes written since the last take. */
  take(): Uint8Array {
    this.#keep(emptyMark);
    return this.#state.take();
  }

  /** Like {@link take}, in pieces. Byte slices of 32 KiB and more are handed on without a copy. */
  takeParts(): Uint8Array[] {
    this.#keep(emptyMark);
    return this.#state.takeParts();
  }

  /** Protects what was written so far from {@link discard}. */
  keep(): void {
    this.#keep(this.#state.mark());
  }

  /** Drops all that was written since the last take or keep, type definitions included. */
  discard(): void {
    this.#types.rollback(this.#keptTypes);
    this.#state.reset(this.#kept);
  }

  #keep(mark: Mark): void {
    this.#keptTypes = this.#types.size;
    this.#kept = mark;
  }
}

/**
 * Encodes one value as a stream of its own.
 *
 * @throws {GobEncodeError} The value does not fit its schema. {@link GobError} has the other reasons.
 * @example
 * ```ts
 * import { gob } from "@go-plugin/gob";
 *
 * const Point = gob.struct("Point", { X: gob.int, Y: gob.int });
 * const bytes: Uint8Array = gob.encode(Point, { X: 22, Y: 33 });
 * ```
 */
export function encode<T extends AnyType>(type: T, value: Input<T>, options?: EncoderOptions): Uint8Array {
  return new Encoder(options).encode(type, value);
}
