/** What a peer may ask of a decoder. */
export interface Limits {
  /** Bytes of one message, of all messages of one value, and of all type definitions. @default 67108864. Go: 8 GiB */
  readonly maxMessageBytes: number;
  /** How deeply a value may be nested. @default 1000. Go: none for values, 10000 for types */
  readonly maxDepth: number;
  /** Types that one stream may define. @default 10000. Go: none */
  readonly maxTypes: number;
  /** Elements, entries and fields that one value may hold, zeros included. @default 16777216. Go: none */
  readonly maxValues: number;
}

export const defaultLimits: Limits = {
  maxMessageBytes: 64 * 1024 * 1024,
  maxDepth: 1000,
  maxTypes: 10_000,
  maxValues: 1 << 24,
};

/** Bytes of the name of an interface value's type, as in Go. */
export const maxNameBytes = 1024;

/** Fields of one struct. */
export const maxFields = 16_384;
