export interface Command {
  readonly row: string;
  readonly count: number;
  readonly size: number;
}

/** Runs one row. */
export type Measure = (command: Command) => Promise<Result>;

/** The numbers that a row measures, by their names. */
export type Result = Readonly<Record<string, number>>;

/** The microseconds that each operation takes, sorted. They run one after the other. */
export async function timeEach(count: number, operation: () => Promise<unknown>): Promise<Float64Array> {
  const times = new Float64Array(count);
  for (let done = 0; done < count; done++) {
    const start = performance.now();
    await operation();
    times[done] = (performance.now() - start) * 1e3;
  }
  return times.sort();
}

export function quantile(ascending: ArrayLike<number>, fraction: number): number {
  return ascending[Math.floor((ascending.length - 1) * fraction)] ?? Number.NaN;
}

export function median(ascending: ArrayLike<number>): number {
  return quantile(ascending, 0.5);
}

/** The median and the 99th percentile of operations that are run one after the other. */
export async function latency(count: number, operation: () => Promise<unknown>): Promise<Result> {
  return quantiles(await timeEach(count, operation));
}

export function quantiles(ascending: Float64Array): Result {
  return { p50: median(ascending), p99: quantile(ascending, 0.99) };
}

/** The rate per second of an operation that handles `count` items. */
export async function rate(count: number, operation: () => Promise<unknown>): Promise<Result> {
  const start = performance.now();
  await operation();
  return { rate: (count / (performance.now() - start)) * 1e3 };
}

/** Keeps 64 operations in flight. */
export async function concurrently(count: number, operation: () => Promise<unknown>): Promise<void> {
  let left = count;
  const worker = async () => {
    while (left-- > 0) await operation();
  };
  await Promise.all(Array.from({ length: 64 }, worker));
}

export function cpuMicros(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}
