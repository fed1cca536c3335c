/** Gob written by hand, for streams that no encoder makes. */
export type Piece = number | string | Uint8Array | readonly Piece[];

/** Numbers are bytes, strings are hex. */
export function raw(...pieces: readonly Piece[]): Buffer {
  return Buffer.concat(
    pieces.map((piece) => {
      if (typeof piece === "number") return Buffer.of(piece);
      if (typeof piece === "string") return Buffer.from(piece.replaceAll(" ", ""), "hex");
      return piece instanceof Uint8Array ? piece : raw(...piece);
    }),
  );
}

export function uint(value: number | bigint): Buffer {
  const big = BigInt(value);
  if (big < 128n) return Buffer.of(Number(big));
  const hex = big.toString(16);
  const bytes = Buffer.from(hex.length % 2 ? `0${hex}` : hex, "hex");
  return Buffer.concat([Buffer.of(256 - bytes.length), bytes]);
}

export function int(value: number | bigint): Buffer {
  const big = BigInt(value);
  return uint(big < 0n ? (~big << 1n) | 1n : big << 1n);
}

export function text(value: string): Buffer {
  const bytes = Buffer.from(value);
  return raw(uint(bytes.length), bytes);
}

export function message(...pieces: readonly Piece[]): Buffer {
  const body = raw(...pieces);
  return raw(uint(body.length), body);
}

function common(name: string, id: number): Buffer {
  return name === "" ? raw(2, int(id), 0) : raw(1, text(name), 1, int(id), 0);
}

export type Fields = readonly (readonly [name: string, id: number])[];

/** Bodies of definitions, without the length. */
export const definition = {
  array: (id: number, elem: number, length: number) =>
    raw(int(-id), 1, 1, common("", id), 1, int(elem), length === 0 ? [] : [1, int(length)], 0, 0),
  slice: (id: number, elem: number) => raw(int(-id), 2, 1, common("", id), 1, int(elem), 0, 0),
  map: (id: number, key: number, elem: number) => raw(int(-id), 4, 1, common("", id), 1, int(key), 1, int(elem), 0, 0),
  marshaler: (id: number, name: string) => raw(int(-id), 5, 1, common(name, id), 0, 0),
  struct: (id: number, name: string, fields: Fields) =>
    raw(
      int(-id),
      3,
      1,
      common(name, id),
      fields.length === 0 ? [] : [1, uint(fields.length), fields.map(([field, of]) => [1, text(field), 1, int(of), 0])],
      0,
      0,
    ),
};
