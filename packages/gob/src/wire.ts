/** Ids of the types that every stream knows. */
export const wireId = {
  bool: 1,
  int: 2,
  uint: 3,
  float: 4,
  bytes: 5,
  string: 6,
  complex: 7,
  interface: 8,
} as const;

/** The first id that a definition may have. Streams of Go before 1.21 begin at 65. */
export const firstUserId = 64;
/** Go keeps ids in an int32. */
export const lastUserId = 0x7fff_ffff;

/** Fields of Go's wireType, the struct that defines a type; exactly one is set. */
export const definitionField = { array: 0, slice: 1, struct: 2, map: 3, gob: 4, binary: 5, text: 6 } as const;
