import type {
  DispensableName,
  Dispensed,
  Handshake,
  PluginSet,
  SetOfVersion,
  VersionNumber,
  Versions,
} from "@go-plugin/proto/internal";
import type { PluginOfVersion } from "../plugin.js";
import type { SupervisionEvent } from "./events.js";

/**
 * A supervised plugin. It serves one of the definition's versions, chosen by its first process; later processes must
 * choose the same one. Comparing `version` narrows the type of `dispense`.
 */
export type SupervisedPlugin<V extends Versions = Versions> = {
  [N in VersionNumber<V>]: SupervisedPluginOfVersion<N, SetOfVersion<V, N>, V>;
}[VersionNumber<V>];

/** One process of a supervised plugin, as `launch` returns it; it belongs to its supervisor. */
export type PluginProcessHandle<V extends Versions = Versions> = {
  [N in VersionNumber<V>]: ProcessHandleOfVersion<N, SetOfVersion<V, N>, V>;
}[VersionNumber<V>];

/** One process of a supervised plugin that serves one version. */
export type ProcessHandleOfVersion<
  N extends number,
  // biome-ignore lint/suspicious/noExplicitAny: the types of a set are in both input and output position
  S extends PluginSet<any>,
  V extends Versions = { readonly [K in N]: S },
> = Omit<PluginOfVersion<N, S, V>, "detach" | typeof Symbol.asyncDispose>;

/** A supervised plugin that serves one version; `V` has all versions of its definition. */
export interface SupervisedPluginOfVersion<
  N extends number,
  // biome-ignore lint/suspicious/noExplicitAny: as above
  S extends PluginSet<any>,
  V extends Versions = { readonly [K in N]: S },
> extends AsyncDisposable {
  /** The application version of every process. */
  readonly version: N;
  readonly protocol: Handshake["protocol"];
  /**
   * The latest event, and all that follow until the plugin is closed or given up. It may be iterated any
   * number of times, at once too.
   */
  readonly events: AsyncIterable<SupervisionEvent>;
  /**
   * A typed client of one of the plugins; the same one for each name. A call reaches the process that is running when
   * the call is made. A call that is in flight when its process ends fails and is never repeated: with UNAVAILABLE over
   * gRPC, with `RpcConnectionError` over net/rpc. Calls after the plugin was closed or given up fail the same way.
   *
   * @throws {PluginError} `ERR_PLUGIN_UNKNOWN_NAME`, and the errors of `current()`.
   */
  dispense<K extends DispensableName<V, This>, This>(this: This, name: K): Promise<Dispensed<V, This, K>>;
  /**
   * The running process, for everything that belongs to one process: its broker, its pid, `ping`, `reattachConfig`, and
   * calls that carry a broker's id. Waits for the next process while none runs. Closing it starts the next one.
   *
   * @throws {PluginError} `ERR_PLUGIN_CLOSED`, `ERR_PLUGIN_GAVE_UP`; the signal's reason.
   */
  current(options?: { readonly signal?: AbortSignal }): Promise<ProcessHandleOfVersion<N, S, V>>;
  /**
   * Ends the plugin for good, as `close` of a launched plugin does, and cancels a pending restart. Never rejects, and
   * may be called again.
   */
  close(): Promise<void>;
}
