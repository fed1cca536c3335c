import { type Channel, channel } from "node:diagnostics_channel";
import type { SupervisionEvent } from "../supervise/events.js";
import type { PoolStats } from "./stats.js";

/** An event in the life of a pool. `slot` numbers its processes; the one that follows another in its place has its number. */
export type PoolEvent =
  /** All processes of the beginning are running. */
  | { readonly type: "ready"; readonly size: number }
  /** One process, as `supervise` tells of it. */
  | (SupervisionEvent & { readonly slot: number })
  /** Another process takes calls; there are `size` of them now. */
  | { readonly type: "grown"; readonly slot: number; readonly size: number }
  /** Another process was wanted, and could not be started. */
  | { readonly type: "grow-failed"; readonly error: unknown }
  /** A process takes no calls any more: it was idle, or was given up. */
  | { readonly type: "shrunk"; readonly slot: number; readonly size: number }
  /** `restart` has put new processes into the place of all others, which end with their last call. */
  | { readonly type: "replaced"; readonly size: number };

/**
 * Published on `go-plugin:pool` of `node:diagnostics_channel`: an event of a pool of this process.
 *
 * @example
 * ```ts
 * import { subscribe } from "node:diagnostics_channel";
 *
 * subscribe("go-plugin:pool", (message) => {
 *   const { event, stats } = message as PoolDiagnostics;
 *   if (event.type === "exited") stats().then((now) => console.error(event, now.size));
 * });
 * ```
 */
export interface PoolDiagnostics {
  readonly event: PoolEvent;
  /** The result of the pool's `stats()`. */
  stats(): Promise<PoolStats>;
}

export const pooled = channel("go-plugin:pool") as Channel<unknown, PoolDiagnostics>;
