import type {
  BrokeredImplementation,
  BrokeredService,
  DispensableName,
  Dispensed,
  Handshake,
  PluginSet,
  SetOfVersion,
  VersionNumber,
  Versions,
} from "@go-plugin/proto/internal";
import type { ProcessHandleOfVersion } from "../supervise/supervised-plugin.js";
import type { LaunchOptions } from "../validate/launch-options.js";
import type { PoolEvent } from "./events.js";
import type { PoolStats } from "./stats.js";

/** The options of a pool client's call, beside the call's own. */
export interface PoolCallOptions {
  /**
   * Calls with the same key go to the same process, for plugins that keep something between calls. When that process ends,
   * they go to another one until it is back; when the pool grows or shrinks, some keys move.
   * @default none: the process with the fewest calls in flight
   */
  readonly affinity?: string;
}

/** A client whose calls go to the processes of a pool. Its methods are those of a launched plugin's client. */
export type PoolClient<C> = { readonly [M in keyof C]: PoolMethod<C[M]> };

type PoolMethod<F> = F extends (request: infer R, options?: infer O) => infer T
  ? [] extends Parameters<F>
    ? (request?: R, options?: NonNullable<O> & PoolCallOptions) => T
    : (request: R, options?: NonNullable<O> & PoolCallOptions) => T
  : F;

/** Options of a pool's `restart`: launch options that change, for new processes from now on. */
export interface PoolRestartOptions extends Partial<Omit<LaunchOptions, "signal" | "managed">> {
  /**
   * Milliseconds after which a process that is replaced is closed although calls are in flight, or streams are open.
   * @default Infinity
   */
  readonly drainTimeoutMs?: number;
}

/**
 * A pool of processes that serve one of the definition's versions. Comparing `version` narrows what can be dispensed.
 */
export type PluginPool<V extends Versions = Versions> = {
  [N in VersionNumber<V>]: PluginPoolOfVersion<N, SetOfVersion<V, N>, V>;
}[VersionNumber<V>];

/** A pool of processes that serve one version; `V` has all versions of its definition. */
export interface PluginPoolOfVersion<
  N extends number,
  // biome-ignore lint/suspicious/noExplicitAny: the types of a set are in both input and output position
  S extends PluginSet<any>,
  V extends Versions = { readonly [K in N]: S },
> extends AsyncDisposable {
  /** The application version of every process. */
  readonly version: N;
  readonly protocol: Handshake["protocol"];
  /** Processes that take calls, those that are being restarted included. */
  readonly size: number;
  /** The latest event, and all that follow until the pool is closed or given up. It may be iterated any number of times. */
  readonly events: AsyncIterable<PoolEvent>;
  /**
   * A typed client of one of the plugins. Each call goes to the process with the fewest in flight, a stream stays with its
   * process. A call that is in flight when its process ends fails, and is never repeated; one that could not be sent is made
   * by another process, unless its requests are a stream.
   *
   * @throws {PluginError} `ERR_PLUGIN_UNKNOWN_NAME`; when the pool is closed, `ERR_PLUGIN_CLOSED` or `ERR_PLUGIN_GAVE_UP`.
   */
  dispense<K extends DispensableName<V, This>, This>(this: This, name: K): Promise<PoolClient<Dispensed<V, This, K>>>;
  /**
   * Runs `run` with one process, for what belongs to one alone: its broker, and calls that carry a broker's id. It counts
   * as a call in flight until it has ended.
   *
   * @throws {Error} the error of `run`, or of a call that finds no room.
   */
  use<T>(
    run: (process: ProcessHandleOfVersion<N, S, V>) => T | Promise<T>,
    options?: PoolCallOptions & { readonly signal?: AbortSignal; readonly timeoutMs?: number },
  ): Promise<T>;
  /**
   * Runs `run` with every process at once, to configure or to warm them up; one that is being restarted is waited for. What
   * later processes need as well belongs into the option `prepare`.
   *
   * @returns the results by slot.
   * @throws {Error} the error of the first `run` that fails.
   */
  each<T>(run: (process: ProcessHandleOfVersion<N, S, V>) => T | Promise<T>): Promise<T[]>;
  /**
   * Serves a callback service to every process, to those that come later too. Each has a broker of its own, and so an id of
   * its own: `announce` sends it to the process, in a call of that process.
   *
   * @throws {Error} the error of `announce`.
   */
  serve<B extends BrokeredService>(
    service: B,
    implementation: BrokeredImplementation<B>,
    announce: (id: number, process: ProcessHandleOfVersion<N, S, V>) => void | Promise<void>,
  ): Promise<PoolServer>;
  /**
   * Puts new processes into the place of all others, for example of a new version of the program, without losing a call:
   * the new ones start side by side while the others work, then take all new calls; each of the others is closed after its
   * last call. Resolves when all of them have ended.
   *
   * @throws {PluginError} when one of the new processes cannot be started. The others then go on as if nothing had happened.
   */
  restart(options?: PoolRestartOptions): Promise<void>;
  /** The numbers of the pool and of every process. */
  stats(): Promise<PoolStats>;
  /** Ends all processes for good, as closing one that was launched does. Never rejects, and may be called again. */
  close(): Promise<void>;
}

/** A service for a pool's `serve`. */
export interface PoolServer extends AsyncDisposable {
  /** Stops serving, to all processes. */
  close(): Promise<void>;
}
