import { GobFormatError } from "../errors.js";
import { describeSent } from "./describe-sent.js";
import type { DecodeState } from "./state.js";

/** Reads the zero that precedes every value except a struct. */
export function checkSingleton(state: DecodeState): void {
  const delta = state.count();
  if (delta !== 0) throw new GobFormatError(`expected 0 before a value that is not a struct, got ${delta}`);
}

export function checkLength(count: number, length: number): number {
  if (count !== length) throw new GobFormatError(`expected an array of ${length} elements, got ${count}`);
  return count;
}

export function countExceedsInput(): GobFormatError {
  return new GobFormatError("the message ends before the number of elements that it announced");
}

export function noField(number: number, count: number): GobFormatError {
  return new GobFormatError(`got field ${number} of a struct that was defined with ${count} fields`);
}

export function undefinedType(state: DecodeState, id: number): GobFormatError {
  return new GobFormatError(`got a value of a type that was not defined (${describeSent(state, id)})`);
}
