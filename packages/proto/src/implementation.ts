import type { Broker } from "./broker.js";
import type { ImplementationOf, PluginsOf, Versions } from "./definition.js";
import type { Logger } from "./logger/logger.js";

/** The plugin, as its implementations see it. */
export interface PluginContext {
  /** The version that host and plugin agreed on. */
  readonly version: number;
  /** The plugin's own log, which the host receives as structured entries. */
  readonly logger: Logger;
  /** Further connections to and from the host. */
  readonly broker: Broker;
  /** Aborted when the plugin is about to end. */
  readonly signal: AbortSignal;
}

/** An implementation, or a function of the plugin's context that returns one. */
export type Implementation<I> = I | ((context: PluginContext) => I);

/** An implementation for each name of each version. */
export type Implementations<V extends Versions> = {
  readonly [N in keyof V]: {
    readonly [K in keyof PluginsOf<V[N]>]: Implementation<ImplementationOf<PluginsOf<V[N]>[K]>>;
  };
};
