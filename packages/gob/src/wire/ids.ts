/** Ids of the types that are predefined in every stream. */
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

/** The smallest id of a defined type. Go before 1.21 begins at 65. */
export const firstUserId = 64;
/** The largest id of a type: Go keeps ids in an int32. */
export const lastUserId = 0x7fff_ffff;

/** The fields of Go's wireType, the struct that defines a type. Exactly one of them is set. */
export const definitionField = { array: 0, slice: 1, struct: 2, map: 3, gob: 4, binary: 5, text: 6 } as const;
