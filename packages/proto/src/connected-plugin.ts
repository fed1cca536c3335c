import type { Broker } from "./broker.js";
import type { DispensableName, Dispensed, PluginSet, Versions } from "./definition.js";
import type { Protocol } from "./handshake/handshake.js";
import type { GrpcClientClass, PingOptions } from "./protocol.js";

/**
 * A connected plugin that serves one version, wherever it runs; `V` has all versions of its definition. Go: ClientProtocol.
 */
export interface ConnectedPlugin<
  N extends number,
  // biome-ignore lint/suspicious/noExplicitAny: the types of a set are in both input and output position
  S extends PluginSet<any>,
  V extends Versions = { readonly [K in N]: S },
> extends AsyncDisposable {
  /** The application version that host and plugin agreed on. Go: NegotiatedVersion. */
  readonly version: N;
  /** Go: Protocol. */
  readonly protocol: Protocol;
  /**
   * Further connections to and from the plugin. Go: GRPCBroker, MuxBroker.
   *
   * @throws {Error} when the plugin is closed.
   */
  readonly broker: Broker;
  /**
   * A typed client of one of the plugins. Before `version` was compared, of a name that all versions have; its type is then
   * that of any of them. Go: Dispense.
   *
   * @throws {Error} when there is no plugin of that name, or it is closed.
   */
  // The same signature for every version: TypeScript calls no union of generic methods that differ.
  dispense<K extends DispensableName<V, This>, This>(this: This, name: K): Promise<Dispensed<V, This, K>>;
  /**
   * An existing generated client class of grpc-js, on the same connection. Loads `@grpc/grpc-js`, which has to be
   * installed. Go: GRPCClient.
   *
   * @param options those of grpc-js's clients: its `interceptors` among them, in place of the plugin's own.
   * @throws {Error} when the plugin speaks net/rpc, or is closed.
   */
  grpcClient<T extends GrpcClientClass>(Client: T, options?: ConstructorParameters<T>[2]): Promise<InstanceType<T>>;
  /**
   * Resolves when the plugin answers. Go: Ping.
   *
   * @throws {Error} the call's own error when the plugin does not answer; with `healthy`, also when its health status is not
   * SERVING.
   */
  ping(options?: PingOptions): Promise<void>;
}
