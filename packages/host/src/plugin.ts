import type {
  Broker,
  ConnectedPlugin,
  GrpcClientClass,
  Handshake,
  PingOptions,
  PluginClient,
  PluginSet,
  ReattachConfig,
  SetOfVersion,
  VersionNumber,
  Versions,
} from "@go-plugin/proto/internal";
import type { Lifecycle } from "./end/lifecycle.js";
import { PluginError } from "./errors.js";
import type { PluginExit } from "./process/plugin-exit.js";

/**
 * A running plugin. It serves one of the definition's versions, which the plugin chose; comparing `version` narrows the
 * type of `dispense`. Go: Client and ClientProtocol.
 *
 * @example
 * ```ts
 * const plugin = await launch(kvPlugins, { command: "./kv" });
 * const kv = plugin.version === 2 ? await plugin.dispense("kv") : undefined;
 * await plugin.close();
 * ```
 */
export type Plugin<V extends Versions = Versions> = {
  [N in VersionNumber<V>]: PluginOfVersion<N, SetOfVersion<V, N>, V>;
}[VersionNumber<V>];

/** A running plugin that serves one version; `V` has all versions of its definition. */
export interface PluginOfVersion<
  N extends number,
  // biome-ignore lint/suspicious/noExplicitAny: the types of a set are in both input and output position
  S extends PluginSet<any>,
  V extends Versions = { readonly [K in N]: S },
> extends ConnectedPlugin<N, S, V> {
  /** The plugin's process; NaN for a plugin that a `runner` runs. */
  readonly pid: number;
  /** The pid, or the `runner`'s id of the plugin. Go: ID. */
  readonly id: string;
  /** The plugin's handshake line, or the equivalent from a reattach configuration. Go: none. */
  readonly handshake: Handshake;
  /**
   * Resolves when the plugin's process has ended, for whatever reason; never rejects. The last output may come later:
   * `close()` waits for it. Go: Exited.
   */
  readonly exited: Promise<PluginExit>;
  /**
   * The configuration with which another host takes over the running plugin by `reattach`. Go: ReattachConfig.
   *
   * @param options.includeKeys includes the certificates of AutoMTLS, without which nobody can connect to a plugin that
   * uses it. Whoever reads them can control the plugin.
   * @default false
   * @throws {PluginError} `ERR_PLUGIN_REATTACH` for a multiplexed plugin, which accepts only one connection, and for
   * AutoMTLS without `includeKeys`.
   */
  reattachConfig(options?: { readonly includeKeys?: boolean }): ReattachConfig;
  /**
   * Closes the connection and leaves the plugin running, even after this host ends, until another host reattaches.
   * Plugins built with @go-plugin/plugin must be served with `endWithHost: false` for that. Go: none.
   */
  detach(): void;
  /** Lets the plugin keep the host's process alive, which it does by default. Go: none. */
  ref(): void;
  /**
   * Lets the host's process end although the plugin runs, like `unref` of Node's own handles. A managed plugin is then
   * killed at the exit. Without it, a plugin that is never closed keeps the host alive for ever. Go: none.
   */
  unref(): void;
  /**
   * Ends the plugin: asks it to shut down, waits `shutdownTimeoutMs`, sends SIGTERM, waits as long again, sends
   * SIGKILL. Resolves when the process has ended and everything that it left behind is removed. Never rejects, and may
   * be called several times. Go: Kill.
   */
  close(): Promise<void>;
}

/** A running plugin, without its types. */
export class PluginHandle implements PluginOfVersion<number, PluginSet> {
  readonly handshake: Handshake;
  readonly #set: PluginSet;
  readonly #client: PluginClient;
  readonly #lifecycle: Lifecycle;
  readonly #details: {
    readonly keys?: ReattachConfig["tls"] | undefined;
    readonly multiplex?: boolean;
    readonly test?: boolean | undefined;
  };
  readonly version: number;
  readonly protocol: Handshake["protocol"];
  readonly pid: number;
  readonly id: string;
  readonly exited: Promise<PluginExit>;

  constructor(
    handshake: Handshake,
    set: PluginSet,
    client: PluginClient,
    lifecycle: Lifecycle,
    details: {
      readonly keys?: ReattachConfig["tls"] | undefined;
      readonly multiplex?: boolean;
      readonly test?: boolean | undefined;
    },
  ) {
    this.handshake = handshake;
    this.#set = set;
    this.#client = client;
    this.#lifecycle = lifecycle;
    this.#details = details;
    this.version = handshake.appVersion;
    this.protocol = handshake.protocol;
    this.pid = lifecycle.process.pid;
    this.id = lifecycle.process.id;
    this.exited = lifecycle.process.exited;
  }

  get broker(): Broker {
    return this.#open().broker;
  }

  async dispense(name: string): Promise<never> {
    if (!Object.hasOwn(this.#set.services, name)) {
      const names = Object.keys(this.#set.services).map((known) => JSON.stringify(known));
      throw new PluginError(
        "ERR_PLUGIN_UNKNOWN_NAME",
        `unknown plugin type: ${JSON.stringify(name)}. Version ${this.version} has ${names.join(", ")}`,
      );
    }
    return (await this.#open().dispense(name)) as never;
  }

  async grpcClient<T extends GrpcClientClass>(
    Client: T,
    options?: ConstructorParameters<T>[2],
  ): Promise<InstanceType<T>> {
    return this.#open().grpcClient(Client, options);
  }

  async ping(options: PingOptions = {}): Promise<void> {
    await this.#open().ping(options);
  }

  reattachConfig({ includeKeys = false }: { readonly includeKeys?: boolean } = {}): ReattachConfig {
    const { keys, multiplex, test } = this.#details;
    if (multiplex) {
      throw new PluginError(
        "ERR_PLUGIN_REATTACH",
        "a multiplexed plugin cannot be reattached to: it accepts only one connection",
      );
    }
    if (keys && !includeKeys) {
      throw new PluginError(
        "ERR_PLUGIN_REATTACH",
        "the plugin uses AutoMTLS: nobody can connect to it without its certificates. reattachConfig({ includeKeys: true }) includes them; keep them secret",
      );
    }
    const { protocol, appVersion: version, network, address } = this.handshake;
    return {
      protocol,
      version,
      network,
      address,
      pid: this.pid || 0,
      ...(keys && { tls: keys }),
      ...(test && { test }),
    };
  }

  ref(): void {
    this.#lifecycle.ref();
  }

  unref(): void {
    this.#lifecycle.unref();
  }

  detach(): void {
    this.#lifecycle.detach();
  }

  close(): Promise<void> {
    return this.#lifecycle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #open(): PluginClient {
    const { process } = this.#lifecycle;
    if (process.state === "running") return this.#client;
    throw new PluginError(
      "ERR_PLUGIN_CLOSED",
      process.state === "ending" ? "the plugin is closed" : "the plugin has ended; `exited` says how",
      { stderrTail: process.stderrTail },
    );
  }
}
