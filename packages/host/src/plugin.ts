import type {
  Broker,
  ConnectedPlugin,
  GrpcClientClass,
  Handshake,
  PluginClient,
  PluginSet,
  ReattachConfig,
  Versions,
} from "@go-plugin/proto/internal";
import type { Lifecycle } from "./end/lifecycle.js";
import { PluginError } from "./errors.js";
import type { PluginExit } from "./process/plugin-exit.js";

/**
 * A plugin that is running: one of the definition's versions, the one that the plugin chose. Comparing `version`
 * narrows what can be dispensed. Go: Client and ClientProtocol.
 */
export type Plugin<V extends Versions = Versions> = {
  [N in keyof V & number]: PluginOfVersion<N, V[N]>;
}[keyof V & number];

/** A running plugin that serves one version. */
// biome-ignore lint/suspicious/noExplicitAny: the types of a set are in both input and output position
export interface PluginOfVersion<N extends number, S extends PluginSet<any>> extends ConnectedPlugin<N, S> {
  /** The plugin's process; NaN for a plugin that a `runner` runs. */
  readonly pid: number;
  /** The pid, or what the `runner` calls the plugin. Go: ID. */
  readonly id: string;
  /**
   * Resolves when the plugin's process has ended, whoever ended it; never rejects. Its last output may still be on
   * its way: `close()` waits for that too. Go: Exited.
   */
  readonly exited: Promise<PluginExit>;
  /**
   * What another host needs to take the running plugin over with `reattach`. Go: ReattachConfig.
   *
   * @param options.includeKeys also the certificates of AutoMTLS, without which nobody can connect to a plugin that
   * uses it. Whoever reads them can control the plugin. @default false
   * @throws {PluginError} `ERR_PLUGIN_REATTACH` for a multiplexed plugin, which knows one connection alone, and for
   * AutoMTLS without `includeKeys`.
   */
  reattachConfig(options?: { readonly includeKeys?: boolean }): ReattachConfig;
  /**
   * Closes the connection and lets the plugin live on, also when this host ends, for another one to `reattach`. Go: none.
   * Plugins built with @go-plugin/plugin have to be served with `endWithHost: false` for that.
   */
  detach(): void;
  /**
   * Ends the plugin: asks it to shut down, waits `shutdownTimeoutMs`, sends SIGTERM, waits as long, sends SIGKILL.
   * Resolves when the process has ended and what it left behind is removed; never rejects, and may be called again.
   * Go: Kill.
   */
  close(): Promise<void>;
}

/** A running plugin, without its types. */
export class PluginHandle implements PluginOfVersion<number, PluginSet> {
  readonly version: number;
  readonly protocol: Handshake["protocol"];
  readonly pid: number;
  readonly id: string;
  readonly exited: Promise<PluginExit>;

  constructor(
    private readonly handshake: Handshake,
    private readonly set: PluginSet,
    private readonly client: PluginClient,
    private readonly lifecycle: Lifecycle,
    private readonly details: {
      readonly keys?: ReattachConfig["tls"] | undefined;
      readonly multiplex?: boolean;
      readonly test?: boolean | undefined;
    },
  ) {
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
    if (!Object.hasOwn(this.set.services, name)) {
      const names = Object.keys(this.set.services).map((known) => JSON.stringify(known));
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

  async ping(options: { readonly signal?: AbortSignal; readonly timeoutMs?: number } = {}): Promise<void> {
    await this.#open().ping(options);
  }

  reattachConfig({ includeKeys = false }: { readonly includeKeys?: boolean } = {}): ReattachConfig {
    const { keys, multiplex, test } = this.details;
    if (multiplex) {
      throw new PluginError(
        "ERR_PLUGIN_REATTACH",
        "a multiplexed plugin cannot be reattached to: it knows one connection alone",
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

  detach(): void {
    this.lifecycle.detach();
  }

  close(): Promise<void> {
    return this.lifecycle.close();
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #open(): PluginClient {
    const { process } = this.lifecycle;
    if (process.state === "running") return this.client;
    throw new PluginError(
      "ERR_PLUGIN_CLOSED",
      process.state === "ending" ? "the plugin is closed" : "the plugin has ended; `exited` says how",
      { stderrTail: process.stderrTail },
    );
  }
}
