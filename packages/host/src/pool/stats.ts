import type { Latency } from "./latencies.js";

/** The numbers of a pool at one moment. */
export interface PoolStats {
  /** Processes that take calls, or will when they have been restarted. */
  readonly size: number;
  /** Calls that wait for a process. */
  readonly queued: number;
  /** By slot; those that end with their last call come last. */
  readonly processes: readonly PoolProcessStats[];
}

/** The numbers of one place in a pool: its process, and those before it that were restarted. */
export interface PoolProcessStats {
  readonly slot: number;
  /** Undefined while none runs; NaN for a plugin that a `runner` runs. */
  readonly pid: number | undefined;
  /** `draining`: it takes no calls any more, and ends with its last one. */
  readonly state: "running" | "restarting" | "draining";
  /** Calls that have ended, streams included. */
  readonly calls: number;
  /** Those of them that failed. */
  readonly failed: number;
  readonly inFlight: number;
  /** The duration of the calls, from sending to the end; that of a stream is its whole life. */
  readonly latency: Latency;
  /** The number of restarts of its process. */
  readonly restarts: number;
  /** Resident memory of the process; undefined where the system does not tell: on Windows and for runners. */
  readonly memoryBytes: number | undefined;
}
