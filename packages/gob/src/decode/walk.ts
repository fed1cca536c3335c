import { GobLimitError } from "../errors.js";
import { wireId } from "../wire/ids.js";
import { checkLength, checkSingleton, countExceedsInput, noField, undefinedType } from "./check.js";
import type { SentType } from "./sent-type.js";
import { type DecodeState, incomplete } from "./state.js";

type Frame =
  | { readonly kind: "struct"; readonly type: Extract<SentType, { kind: "struct" }>; number: number }
  | { readonly kind: "elems"; readonly id: number; left: number }
  | { readonly kind: "entries"; readonly key: number; readonly elem: number; left: number }
  | { readonly kind: "concrete" }
  | { readonly kind: "value" };

/**
 * Walks over a whole value without decoding it, on a stack of its own. If the value continues in a message that has not
 * arrived, the walk stops and resumes there, so that finding the end of a value reads each byte once.
 */
export class Walk {
  readonly #stack: Frame[] = [{ kind: "value" }];

  constructor(readonly state: DecodeState) {}

  /** Walks over a value of type `id` inside another value, instead of a whole message. */
  inside(id: number): this {
    this.#stack.length = 0;
    this.#start(id);
    return this;
  }

  /** Walks to the end of the value. False if the next message has to arrive first. */
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
        // Go's decoder reads on after nil and loses its place; nothing follows a nil.
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
      throw new GobLimitError(`the value is nested deeper than ${maxDepth} levels (option maxDepth)`);
    }
    this.#stack.push(frame);
  }
}

/** Skips a value of type `id` inside another value. */
export function skip(state: DecodeState, id: number): void {
  if (!new Walk(state).inside(id).run()) throw incomplete;
}
