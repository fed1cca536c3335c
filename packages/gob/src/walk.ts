import { type DecodeState, incomplete } from "./decode-state.js";
import { describeSent } from "./describe-sent.js";
import { GobFormatError, GobLimitError } from "./errors.js";
import type { SentType } from "./sent-type.js";
import { wireId } from "./wire.js";

type Frame =
  | { readonly kind: "struct"; readonly type: Extract<SentType, { kind: "struct" }>; number: number }
  | { readonly kind: "elems"; readonly id: number; left: number }
  | { readonly kind: "entries"; readonly key: number; readonly elem: number; left: number }
  | { readonly kind: "concrete" }
  | { readonly kind: "value" };

/**
 * Walks over a whole value without decoding it, on a stack of its own. Where the value goes on in a message that has not come,
 * it stops and can go on from there: finding the end of a value costs its length once, however it arrives.
 */
export class Walk {
  readonly #stack: Frame[] = [{ kind: "value" }];

  constructor(readonly state: DecodeState) {}

  /** Begins with a value of type `id` in the middle of another instead. */
  inside(id: number): this {
    this.#stack.length = 0;
    this.#start(id);
    return this;
  }

  /** Goes on to the end. False if the next message must come first. */
  run(): boolean {
    const { state } = this;
    for (let frame = this.#stack.at(-1); frame !== undefined; frame = this.#stack.at(-1)) {
      switch (frame.kind) {
        case "value":
          this.#stack.pop();
          this.#startConcrete(state.typeId());
          break;
        case "struct":
          this.#stepStruct(frame);
          break;
        case "elems":
          if (frame.left-- === 0) this.#stack.pop();
          else this.#startElem(frame.id);
          break;
        case "entries":
          if (frame.left-- === 0) this.#stack.pop();
          else this.#startElem(frame.left & 1 ? frame.key : frame.elem);
          break;
        case "concrete": {
          if (state.at === state.end && !state.tryNextMessage()) return false;
          const id = state.typeId();
          if (id < 0) {
            state.define(-id);
            if (state.at < state.end) state.skipNumber();
            break;
          }
          state.skipNumber();
          this.#stack.pop();
          this.#startConcrete(id);
        }
      }
    }
    return true;
  }

  #stepStruct(frame: Extract<Frame, { kind: "struct" }>): void {
    const { state } = this;
    const delta = state.at < state.end ? state.count() : 0;
    if (delta === 0) {
      this.#stack.pop();
      return;
    }
    frame.number += delta;
    const field = frame.type.fields[frame.number];
    if (field === undefined) throw noField(frame.number, frame.type.fields.length);
    this.#start(field.id);
  }

  #startElem(id: number): void {
    if (this.state.at >= this.state.end) throw countExceedsInput();
    this.#start(id);
  }

  #startConcrete(id: number): void {
    if (this.state.sentType(id)?.kind !== "struct") checkSingleton(this.state);
    this.#start(id);
  }

  #start(id: number): void {
    const { state } = this;
    switch (id) {
      case wireId.bool:
      case wireId.int:
      case wireId.uint:
      case wireId.float:
        state.skipNumber();
        break;
      case wireId.complex:
        state.skipNumber();
        state.skipNumber();
        break;
      case wireId.bytes:
      case wireId.string:
        state.skipBytes();
        break;
      case wireId.interface:
        // Go reads on after nil and loses its place; a nil has nothing to read.
        if (state.interfaceName() !== "") this.#push({ kind: "concrete" });
        break;
      default:
        this.#startDefined(id);
    }
  }

  #startDefined(id: number): void {
    const { state } = this;
    const type = state.sentType(id);
    switch (type?.kind) {
      case undefined:
        throw undefinedType(state, id);
      case "marshaler":
        state.skipBytes();
        break;
      case "struct":
        this.#push({ kind: "struct", type, number: -1 });
        break;
      case "slice":
        this.#push({ kind: "elems", id: type.elem, left: state.count() });
        break;
      case "array":
        this.#push({ kind: "elems", id: type.elem, left: checkLength(state.count(), type.length) });
        break;
      case "map":
        this.#push({ kind: "entries", key: type.key, elem: type.elem, left: state.count() * 2 });
        break;
    }
  }

  #push(frame: Frame): void {
    const { maxDepth } = this.state.settings.limits;
    if (this.#stack.length >= maxDepth) {
      throw new GobLimitError(`a value nested deeper than ${maxDepth} levels exceeds the limit`);
    }
    this.#stack.push(frame);
  }
}

/** Steps over a value of type `id` in the middle of another. */
export function skip(state: DecodeState, id: number): void {
  if (!new Walk(state).inside(id).run()) throw incomplete;
}

/** Every value but a struct has a zero before it. */
export function checkSingleton(state: DecodeState): void {
  const delta = state.count();
  if (delta !== 0) throw new GobFormatError(`a value that is no struct begins with ${delta} instead of 0`);
}

export function checkLength(count: number, length: number): number {
  if (count !== length) throw new GobFormatError(`an array of length ${length} came with ${count} elements`);
  return count;
}

export function countExceedsInput(): GobFormatError {
  return new GobFormatError("a count exceeds the elements that are there");
}

export function noField(number: number, count: number): GobFormatError {
  return new GobFormatError(`field ${number} came for a struct that was defined with ${count}`);
}

export function undefinedType(state: DecodeState, id: number): GobFormatError {
  return new GobFormatError(`a value of a type that was not defined (${describeSent(state, id)})`);
}
