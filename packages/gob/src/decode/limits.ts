/** Limits on the values that a peer may send. */
export interface Limits {
  /** Most bytes of one message, and of all messages of one value. Go: 8 GiB. @default 67108864 */
  readonly maxMessageBytes: number;
  /** Most levels of a value. Go: none for values, 10000 for types. @default 1000 */
  readonly maxDepth: number;
  /** Most types that one stream may define, at 512 bytes each on average. Go: none. @default 10000 */
  readonly maxTypes: number;
  /**
   * Most bytes of memory that one value may take beside the contents of its strings and byte slices, estimated. A value
   * gets a quarter of this, and 16 bytes more for each byte that arrived for it. Go: none.
   * @default 268435456
   */
  readonly maxMemoryBytes: number;
}

const defaultLimits: Limits = {
  maxMessageBytes: 64 * 1024 * 1024,
  maxDepth: 1000,
  maxTypes: 10_000,
  maxMemoryBytes: 256 * 1024 * 1024,
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

/** The part of maxMemoryBytes that a value gets however small it is on the wire. */
export const memoryShare = 1 / 4;

/** Memory that each byte on the wire gives a value in addition, up to maxMemoryBytes. */
export const memoryPerByte = 16;

/** Most bytes of the name of an interface value's type, as in Go. */
export const maxNameBytes = 1024;

/** Bounds the memory of type definitions: fields take about 25 times their size on the wire. */
export const averageTypeBytes = 512;

/** Most fields of one struct. */
export const maxFields = 16_384;
