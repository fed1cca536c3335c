export function median(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}

/** A median with its spread: half of the distance between the lowest and the highest value, as a share of the median. */
export interface Summary {
  readonly median: number;
  readonly spread: number;
}

export function summarize(values: readonly number[]): Summary {
  const middle = median(values);
  return { median: middle, spread: (Math.max(...values) - Math.min(...values)) / 2 / middle };
}

/** Ratios of values that were measured in the same round. */
export function ratios(values: readonly number[], base: readonly number[]): Summary {
  return summarize(values.map((value, round) => value / base[round]!));
}
