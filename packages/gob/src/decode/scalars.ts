import { GobError, GobFormatError, GobRangeError } from "../errors.js";
import type { FloatNode, IntegerNode, MarshalerNode, StringNode } from "../schema/schema.js";
import { bytesOf } from "./memory.js";
import type { DecodeOp } from "./state.js";

export function decodeInteger(node: IntegerNode): DecodeOp {
  const { name, bits, kind } = node;
  const signed = kind === "int";
  if (node.as === "bigint") return decodeBigInteger(node);
  if (bits === 64) return signed ? (at) => at.int(name) : (at) => at.uint(name);
  const low = signed ? -(2 ** (bits - 1)) : 0;
  const high = signed ? 2 ** (bits - 1) - 1 : 2 ** bits - 1;
  const check = (value: number) => {
    if (value < low || value > high) throw outOfRange(value, kind, name);
    return value;
  };
  return signed ? (at) => check(at.int(name)) : (at) => check(at.uint(name));
}

function decodeBigInteger({ name, bits, kind }: IntegerNode): DecodeOp {
  const readBig: DecodeOp = kind === "int" ? (at) => at.bigInt() : (at) => at.bigUint();
  const read: DecodeOp = (at, previous) => {
    at.charge(bytesOf.bigint);
    return readBig(at, previous);
  };
  if (bits === 64) return read;
  const fit = kind === "int" ? BigInt.asIntN : BigInt.asUintN;
  return (at, previous) => {
    const value: bigint = read(at, previous);
    if (fit(bits, value) !== value) throw outOfRange(value, kind, name);
    return value;
  };
}

const maxFloat32 = 3.4028234663852886e38;

/** Underflow rounds, and infinity stays infinity, as in Go. */
function toFloat32(value: number, { kind, name }: FloatNode): number {
  if (Math.abs(value) > maxFloat32 && Number.isFinite(value)) throw outOfRange(value, kind, name);
  return Math.fround(value);
}

export function decodeFloat(node: FloatNode): DecodeOp {
  return node.single ? (at) => toFloat32(at.float(), node) : (at) => at.float();
}

export function decodeComplex(node: FloatNode): DecodeOp {
  return (at) => {
    at.charge(bytesOf.complex);
    const real = at.float();
    const imag = at.float();
    return node.single ? { real: toFloat32(real, node), imag: toFloat32(imag, node) } : { real, imag };
  };
}

export function decodeString(form: StringNode["form"]): DecodeOp {
  if (form === "bytes") return decodeBytes;
  return form === "lossy" ? decodeLossy : decodeText;
}

const decodeText: DecodeOp = (at) => {
  at.charge(bytesOf.string);
  return at.text();
};

const decodeLossy: DecodeOp = (at) => {
  at.charge(bytesOf.string);
  return at.string();
};

export const decodeBytes: DecodeOp = (at) => {
  at.charge(bytesOf.byteSlice);
  return at.bytes();
};

function outOfRange(value: number | bigint, sent: string, wanted: string): GobRangeError {
  return new GobRangeError(`${value} does not fit ${wanted}`, { sent, wanted });
}

export function decodeMarshaler({ codec }: MarshalerNode): DecodeOp {
  return (at) => {
    at.charge(bytesOf.marshaler);
    const bytes = at.bytes();
    try {
      return codec.decode(bytes);
    } catch (cause) {
      if (cause instanceof GobError) throw cause;
      const reason = cause instanceof Error ? cause.message : String(cause);
      throw new GobFormatError(`cannot decode ${codec.name}: ${reason}`, { wanted: codec.name, cause });
    }
  };
}
