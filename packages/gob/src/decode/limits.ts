/** Limits on the values that a peer may send. */
export interface Limits {
  /** Most bytes of one message, and of all messages of one value. @default 67108864. Go: 8 GiB. */
  readonly maxMessageBytes: number;
  /** Most levels of a value. @default 1000. Go: none for values, 10000 for types. */
  readonly maxDepth: number;
  /** Most types that one stream may define, at 512 bytes each on average. @default 10000. Go: none. */
  readonly maxTypes: number;
  /**
   * Most elements, entries and fields of one value, zeros included. Maps, byte slices and structs without a schema count
   * as 8 more. Each takes up to 48 bytes of memory. @default 16777216. Go: none.
   */
  readonly maxValues: number;
}

const defaultLimits: Limits = {
  maxMessageBytes: 64 * 1024 * 1024,
  maxDepth: 1000,
  maxTypes: 10_000,
  maxValues: 1 << 24,
};

/** Fills in the defaults. Throws for a value that is not a limit. */
export function readLimits(options: Partial<Limits>): Limits {
  const limits = { ...defaultLimits };
  for (const name of Object.keys(defaultLimits) as (keyof Limits)[]) {
    const value = options[name];
    if (value === undefined) continue;
    if (typeof value !== "number" || !(value > 0)) {
      throw new RangeError(`option ${name} must be a number above 0, got ${String(value)}`);
    }
    (limits as Record<keyof Limits, number>)[name] = value;
  }
  return limits;
}

/** Most bytes of the name of an interface value's type, as in Go. */
export const maxNameBytes = 1024;

/** Bounds the memory of type definitions: fields take about 25 times their size on the wire. */
export const averageTypeBytes = 512;

/** Most fields of one struct. */
export const maxFields = 16_384;
