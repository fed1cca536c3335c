import type { Versions } from "@go-plugin/proto/internal";
import { type SuperviseOptions, type SuperviseSettings, validateSuperviseOptions } from "../supervise/options.js";
import { longestTimeoutMs, refuse } from "../validate/validate-options.js";

/** Options of {@link pool}: those of {@link supervise}, for every process, and how many there are. Go: none. */
export interface PoolOptions<V extends Versions = Versions> extends SuperviseOptions<V> {
  /**
   * Processes of a pool that neither grows nor shrinks: `min` and `max` in one.
   * @default none
   */
  readonly size?: number;
  /**
   * Processes that start with the pool, side by side, and stay.
   * @default 1
   */
  readonly min?: number;
  /**
   * Most processes at a time. `restart` has twice as many for as long as it takes.
   * @default os.availableParallelism(), or `min` if that is more
   */
  readonly max?: number;
  /**
   * Calls in flight in every process at which another one is started: one that runs and one that waits, for plugins whose
   * calls compute. More for plugins that answer many calls at once.
   * @default 2
   */
  readonly growAt?: number;
  /**
   * Milliseconds that a process beyond `min` may have no call in flight before it is closed.
   * @default 60_000
   */
  readonly idleTimeoutMs?: number;
  /**
   * Most calls and open streams that one process has at a time; others wait in the pool's queue. `Infinity` for no limit.
   * @default 1_000
   */
  readonly maxInFlight?: number;
  /**
   * Most calls that wait, for room in a process or for one that runs. Others fail at once: with RESOURCE_EXHAUSTED over
   * gRPC, with `ERR_PLUGIN_BUSY` over net/rpc.
   * @default 10_000
   */
  readonly maxQueued?: number;
}

/** Numbers that were validated, with their defaults. */
export interface PoolLimits {
  readonly min: number;
  readonly max: number;
  readonly growAt: number;
  readonly idleTimeoutMs: number;
  readonly maxInFlight: number;
  readonly maxQueued: number;
}

const isCount = (lowest: number) => (value: unknown) => Number.isSafeInteger(value) && (value as number) >= lowest;
const isCountOrNoLimit = (lowest: number) => (value: unknown) =>
  value === Number.POSITIVE_INFINITY || isCount(lowest)(value);

const expectations = {
  size: ["a whole number from 1 up", isCount(1)],
  min: ["a whole number from 1 up", isCount(1)],
  max: ["a whole number from min up", isCount(1)],
  growAt: ["a whole number from 1 up, or Infinity", isCountOrNoLimit(1)],
  idleTimeoutMs: [
    `a number of milliseconds from 0 to ${longestTimeoutMs}`,
    (value: unknown) => typeof value === "number" && value >= 0 && value <= longestTimeoutMs,
  ],
  maxInFlight: ["a whole number from 1 up, or Infinity", isCountOrNoLimit(1)],
  maxQueued: ["a whole number from 0 up, or Infinity", isCountOrNoLimit(0)],
} as const;

/**
 * Checks and completes the options that `launch` does not know.
 *
 * @param cores what `max` is by default.
 * @throws {PluginError} `ERR_PLUGIN_OPTIONS`
 */
export function validatePoolOptions(
  options: PoolOptions,
  cores: number,
): { readonly limits: PoolLimits; readonly supervise: SuperviseSettings } {
  for (const [name, [expected, isRight]] of Object.entries(expectations)) {
    const value = options[name as keyof typeof expectations];
    if (value !== undefined && !isRight(value)) throw refuse(name, expected, value);
  }
  const { size, min: lowest, max: highest, growAt = 2, idleTimeoutMs = 60_000, ...others } = options;
  const { maxInFlight = 1_000, maxQueued = 10_000, ...supervise } = others;
  for (const [name, value] of Object.entries({ min: lowest, max: highest })) {
    if (size !== undefined && value !== undefined) throw refuse(name, "no min and max beside size", value);
  }
  const min = size ?? lowest ?? 1;
  const max = size ?? highest ?? Math.max(min, cores);
  if (max < min) throw refuse("max", `at least min (${min})`, max);
  const limits = { min, max, growAt, idleTimeoutMs, maxInFlight, maxQueued };
  return { limits, supervise: validateSuperviseOptions(supervise) };
}
