import { GobEncodeError } from "../errors.js";
import type { FloatNode, IntegerNode } from "../schema/schema.js";
import type { EncodeOp } from "./state.js";

/** Refuses a value of the wrong JavaScript type. */
export function fail(value: unknown, expected: string, wanted: string): never {
  throw new GobEncodeError(`expected ${expected} for ${wanted}, got ${show(value)}`, { wanted });
}

function show(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === "string")
    return value.length > 40 ? `a string of ${value.length} characters` : JSON.stringify(value);
  if (typeof value === "object") return describeObject(value);
  if (typeof value === "bigint") return `${value}n`;
  return typeof value === "function" || typeof value === "symbol" ? `a ${typeof value}` : String(value);
}

function describeObject(value: object): string {
  const name = value.constructor?.name;
  return name === undefined ? "an object without a prototype" : `an object of class ${name}`;
}

export function encodeInteger(node: IntegerNode): EncodeOp {
  const { name, bits } = node;
  const signed = node.kind === "int";
  const low = signed ? -(2 ** (bits - 1)) : 0;
  const high = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  const lowest = Math.max(low, Number.MIN_SAFE_INTEGER);
  const highest = Math.min(high, Number.MAX_SAFE_INTEGER);
  const lowestBig = signed ? -(1n << BigInt(bits - 1)) : 0n;
  const highestBig = (1n << BigInt(signed ? bits - 1 : bits)) - 1n;
  const refuse = (value: unknown) => fail(value, `a whole number from ${lowestBig} to ${highestBig}`, name);

  const checkNumber = (value: unknown): value is number => {
    if (typeof value !== "number") return false;
    if (value >= lowest && value <= highest && Number.isInteger(value)) return true;
    if (Number.isInteger(value) && value >= low && value <= high) {
      throw new GobEncodeError(`${value} is not a safe integer; pass a bigint for ${name}`, { wanted: name });
    }
    return refuse(value);
  };
  const checkBig = (value: unknown): value is bigint =>
    (typeof value === "bigint" && value >= lowestBig && value <= highestBig) || refuse(value);

  if (signed) {
    return (state, value) => {
      if (checkNumber(value)) state.int(value);
      else if (checkBig(value)) state.bigInt(value);
    };
  }
  return (state, value) => {
    if (checkNumber(value)) state.uint(value);
    else if (checkBig(value)) state.bigUint(value);
  };
}

const maxFloat32 = 3.4028234663852886e38;

/** Rounds to the type's width, as a Go conversion does, and refuses a finite number that would become infinite. */
function checkFloat(node: FloatNode): (value: unknown) => number {
  const { name, single } = node;
  return (value) => {
    if (typeof value !== "number") fail(value, "a number", name);
    if (!single) return value;
    const rounded = Math.fround(value);
    if (Math.abs(rounded) > maxFloat32 && Number.isFinite(value)) fail(value, "a number in the range of float32", name);
    return rounded;
  };
}

export function encodeFloat(node: FloatNode): EncodeOp {
  const check = checkFloat(node);
  return (state, value) => state.float(check(value));
}

export function encodeComplex(node: FloatNode): EncodeOp {
  const check = checkFloat(node);
  return (state, value) => {
    if (typeof value !== "object" || value === null) fail(value, "{ real, imag }", node.name);
    const imag = check(value.imag);
    state.float(check(value.real));
    state.float(imag);
  };
}
