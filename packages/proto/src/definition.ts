import type { ServiceClient, ServiceDefinition, ServiceImplementation } from "@go-plugin/grpc";
import type { DescriptorSource } from "@go-plugin/grpc/reflection";
import type { RpcClient, RpcConnectionOptions, RpcImplementation, RpcService } from "@go-plugin/netrpc";
import type { Protocol } from "./handshake/handshake.js";

/** The types of each plugin of a set: its client in the host, its implementation in the plugin. */
export interface PluginTypes {
  readonly [name: string]: { readonly client: unknown; readonly implementation: unknown };
}

/**
 * The plugins of one version. The wire carries one protocol per version, so the protocol belongs to the set.
 * Go: PluginSet.
 */
export interface PluginSet<P extends PluginTypes = PluginTypes> {
  readonly protocol: Protocol;
  /** The service behind each name, in the protocol's own form. */
  readonly services: { readonly [K in keyof P]: object };
  /** Describes the services to reflection clients. */
  readonly descriptors?: DescriptorSource;
  /** The registry and the limits of net/rpc's connections. */
  readonly connection?: RpcConnectionOptions;
  /** Carries the types; it does not exist at run time. */
  readonly "~plugins"?: P;
}

/** The types of a set's plugins, by name: `PluginsOf<typeof definition.versions[1]>`. Go: none. */
export type PluginsOf<S> = S extends PluginSet<infer P> ? P : never;
/** The client that a host dispenses for one of {@link PluginsOf}. Go: what GRPCPlugin.GRPCClient or Plugin.Client returns. */
export type ClientOf<P> = P extends { readonly client: infer C } ? C : never;
/** The implementation that a plugin serves for one of {@link PluginsOf}. Go: what GRPCPlugin.GRPCServer registers or Plugin.Server returns. */
export type ImplementationOf<P> = P extends { readonly implementation: infer I } ? I : never;

/** The sets by application version; `undefined` is a version that is not there. Go: VersionedPlugins. */
export interface Versions {
  // biome-ignore lint/suspicious/noExplicitAny: the types of a set are in both input and output position
  readonly [version: number]: PluginSet<any> | undefined;
}

/** TypeScript names a key that comes of a conditional spread by its text. */
type NumberOf<K> = K extends number ? K : string extends K ? number : K extends `${infer N extends number}` ? N : never;
/** The numbers of all versions that a definition may have: some may depend on a condition. Go: none. */
export type VersionNumber<V> = V extends unknown
  ? { [K in keyof V]-?: [NonNullable<V[K]>] extends [never] ? never : NumberOf<K> }[keyof V]
  : never;
/** The set of one of the versions. Go: none. */
export type SetOfVersion<V, N> = V extends unknown
  ? { [K in keyof V]-?: NumberOf<K> extends N ? NonNullable<V[K]> : never }[keyof V]
  : never;

/** The version of a plugin whose `dispense` is called, or every one where the plugin's type does not say. */
type VersionOf<V, This> = This extends { readonly version: infer N } ? N : VersionNumber<V>;
type PluginsOfVersion<V, N> = N extends unknown ? PluginsOf<SetOfVersion<V, N>> : never;
/** The names that each of the versions has which a plugin may serve. Go: none. */
export type DispensableName<V, This> = keyof PluginsOfVersion<V, VersionOf<V, This>> & string;
/** The client that a plugin dispenses for a name: a union when it may serve one of several versions. Go: none. */
export type Dispensed<V, This, K> =
  PluginsOfVersion<V, VersionOf<V, This>> extends infer P
    ? P extends unknown
      ? K extends keyof P
        ? ClientOf<P[K]>
        : never
      : never
    : never;

/** The definition that host and plugin share: the magic cookie, and the plugins of each version. */
export interface PluginDefinition<V extends Versions = Versions> {
  /** Name of the environment variable that shows a plugin that its host started it. Go: MagicCookieKey. */
  readonly magicCookieKey: string;
  /** Value of that variable. It prevents mistakes; it is not a secret. Go: MagicCookieValue. */
  readonly magicCookieValue: string;
  readonly versions: V;
}

/** A set of plugins that speak gRPC: a service definition (grpc-js's shape) for each name. Go: GRPCPlugin. */
export function grpc<const S extends { readonly [name: string]: ServiceDefinition }>(
  services: S,
  options: {
    /**
     * Lets reflection clients such as grpcurl see messages and methods; without it they see only the services' names.
     */
    readonly descriptors?: DescriptorSource;
  } = {},
): PluginSet<{ [K in keyof S]: { client: ServiceClient<S[K]>; implementation: ServiceImplementation<S[K]> } }> {
  return { protocol: "grpc", services, ...options };
}

/**
 * A set of plugins that speak net/rpc: the methods of a Go value for each name. Go: Plugin.
 *
 * @param connection the types that interface values may hold, and what the other side may ask of this one: for all
 * connections, the brokered ones too.
 * @throws {RangeError} for a limit that is no number above 0.
 */
export function netrpc<const S extends { readonly [name: string]: RpcService }>(
  services: S,
  connection: RpcConnectionOptions = {},
): PluginSet<{ [K in keyof S]: { client: RpcClient<S[K]>; implementation: RpcImplementation<S[K]> } }> {
  const { registry, ...limits } = connection;
  for (const [name, value] of Object.entries(limits)) {
    if (!(value > 0)) throw new RangeError(`option ${name} must be a number above 0, got ${value}`);
  }
  return { protocol: "netrpc", services, connection };
}

/**
 * Describes the plugins that a host can use and a plugin can serve; import the result in both.
 *
 * @throws {TypeError} for an empty cookie, no version at all, or a version that is not a whole number from 0 up.
 */
export function definePlugins<const V extends Versions>(definition: PluginDefinition<V>): PluginDefinition<V> {
  const { magicCookieKey, magicCookieValue, versions } = definition;
  if (!/^[^=\0]+$/.test(magicCookieKey) || !/^[^\0]+$/.test(magicCookieValue)) {
    throw new TypeError(
      `expected magicCookieKey to be the name of an environment variable and magicCookieValue its value, got ${JSON.stringify({ magicCookieKey, magicCookieValue })}`,
    );
  }
  const present = Object.entries(versions).filter(([, set]) => set !== undefined);
  const keys = present.map(([key]) => key);
  if (keys.length === 0)
    throw new TypeError("expected at least one version in versions, for example { 1: grpc({ … }) }");
  for (const key of keys) {
    if (!/^(0|[1-9][0-9]*)$/.test(key) || !Number.isSafeInteger(Number(key))) {
      throw new TypeError(`expected the versions to be whole numbers from 0 up, got ${JSON.stringify(key)}`);
    }
  }
  return { magicCookieKey, magicCookieValue, versions: Object.fromEntries(present) as unknown as V };
}

/** The version numbers of a definition, ascending. */
export function versionsOf(definition: PluginDefinition): number[] {
  return Object.keys(definition.versions)
    .map(Number)
    .sort((a, b) => a - b);
}
