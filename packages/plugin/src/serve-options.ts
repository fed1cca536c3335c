import type { ServerInterceptor } from "@go-plugin/grpc";
import type { Logger, ReattachConfig, TlsOptions } from "@go-plugin/proto/internal";

/** Serving in a process that is not the plugin's own. Go: ServeTestConfig. */
export interface TestModeOptions {
  /** Called when hosts can connect, with what they need for that: plain JSON. Go: ReattachConfigCh. */
  readonly onListening: (config: ReattachConfig) => void;
  /**
   * The version to serve.
   * @default the highest that PLUGIN_PROTOCOL_VERSIONS names, or the lowest of all, as in Go
   */
  readonly version?: number;
}

/** How {@link serve} serves the plugin. Go: ServeConfig. */
export interface ServeOptions {
  /**
   * Receives what the plugin and this library have to log.
   * @default entries in hclog's JSON format, from trace level on, to the process's own stderr, where hosts expect them
   *
   * Go: ServeConfig.Logger.
   */
  readonly logger?: Logger;
  /** Middleware around every gRPC call of the plugin's services; net/rpc has none. Go: grpc.ServerOption of ServeConfig.GRPCServer. */
  readonly interceptors?: readonly ServerInterceptor[];
  /**
   * A fixed TLS configuration, for hosts that have its counterpart; they do not ask for AutoMTLS then. It secures the
   * brokered connections too. Go: ServeConfig.TLSProvider.
   * @default none: plain connections, or AutoMTLS if the host asks for it
   */
  readonly tls?: TlsOptions;
  /**
   * Serves without a host that has started the process: no cookie is asked for, no line printed, no output captured, no
   * signal handled, and `serve` resolves without ending the process. It ends by `signal`, or by a host's wish. What is
   * brokered has sockets of its own: nobody can reattach to a plugin that multiplexes.
   * Go: ServeConfig.Test.
   * @default none
   */
  readonly test?: TestModeOptions;
  /** Ends the plugin when it is aborted, as a host would. Go: ServeTestConfig.Context. */
  readonly signal?: AbortSignal;
  /**
   * Whether the plugin ends by itself when its host is gone: turn it off for plugins that wait for another host to
   * reattach. Go plugins stay until they write to the log.
   * @default true
   */
  readonly endWithHost?: boolean;
  /**
   * How long the process may go on after `serve` has resolved, in milliseconds; then it exits, whatever is still open.
   * A host of Go waits 2 s for the process to end, and kills it then.
   * @default 500
   */
  readonly exitTimeoutMs?: number;
}
