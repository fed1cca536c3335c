import type { Broker } from "./broker.js";
import type { ImplementationOf, PluginsOf, SetOfVersion, VersionNumber, Versions } from "./definition.js";
import type { Logger } from "./logger/logger.js";

/** The plugin's context, passed to its implementations. */
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

/** An implementation for each name of each version, of those too that depend on a condition. */
// A conditional type: TypeScript resolves it before it types the functions of a call's argument.
export type Implementations<V extends Versions> = [V] extends [Versions]
  ? {
      readonly [N in VersionNumber<V>]: {
        readonly [K in keyof PluginsOf<SetOfVersion<V, N>>]: Implementation<
          ImplementationOf<PluginsOf<SetOfVersion<V, N>>[K]>
        >;
      };
    }
  : never;
