import type { ServerInterceptor } from "@go-plugin/grpc";
import type { KeepAliveOptions, Logger, ReattachConfig, TlsOptions } from "@go-plugin/proto/internal";
import type { WorkerOptions } from "./workers/worker-options.js";

/** Options for serving in a process that no host has started. Go: ServeTestConfig. */
export interface TestModeOptions {
  /** Called when hosts can connect. It receives their `reattach` configuration, which is plain JSON. Go: ReattachConfigCh. */
  readonly onListening: (config: ReattachConfig) => void;
  /**
   * The version to serve.
   * @default as in Go: the highest one in PLUGIN_PROTOCOL_VERSIONS, or the lowest of the definition
   */
  readonly version?: number;
  /**
   * A fixed address to listen at, so that hosts can keep their configuration between runs: the path of a unix socket, or
   * host:port for tcp. Go: none.
   * @default a new socket each time
   */
  readonly address?: { readonly network: "unix" | "tcp"; readonly address: string };
}

/** Options of {@link serve}. Go: ServeConfig. */
export interface ServeOptions {
  /**
   * Receives the log of the plugin and of this library. Go: ServeConfig.Logger.
   * @default writes hclog's JSON format, from trace level up, to the process's own stderr, where hosts expect it
   */
  readonly logger?: Logger;
  /**
   * Interceptors of every gRPC call to the plugin's services; net/rpc has none. Go: ServeConfig.GRPCServer.
   * @default none
   */
  readonly interceptors?: readonly ServerInterceptor[];
  /**
   * A fixed TLS configuration, for hosts that have its counterpart and do not ask for AutoMTLS. It also secures brokered
   * connections. Go: ServeConfig.TLSProvider.
   * @default AutoMTLS if the host asks for it, else none
   */
  readonly tls?: TlsOptions;
  /**
   * Keepalive of sessions with hosts, over net/rpc and when they multiplex: a host that does not answer in time is hung up
   * on. `false` turns it off, so that a debugger can hold the host. Go: yamux.Config, which is fixed.
   * @default { intervalMs: 30_000, timeoutMs: 10_000 }
   */
  readonly keepAlive?: KeepAliveOptions | false;
  /**
   * Serves in a process that no host has started, such as a test or a debugger's. It checks no cookie, prints no line,
   * captures no output and handles no signal. `serve` resolves when `signal` aborts or a host asks the plugin to end, and
   * leaves the process alone. Brokered connections are not multiplexed. Go: ServeConfig.Test.
   * @default none
   */
  readonly test?: TestModeOptions;
  /**
   * Worker threads that run handlers, for those that compute: their number, or more options. The protocol stays on the main
   * thread. Each thread loads the program's own file, whose call of `serve` then serves the thread; it never returns there.
   * Over net/rpc, arguments and replies have to be values that `structuredClone` takes. Interceptors see the messages of these
   * methods as bytes. Go: none.
   * @default none: every handler runs on the main thread
   */
  readonly workers?: number | WorkerOptions;
  /** Ends the plugin as a host would. Go: ServeTestConfig.Context. */
  readonly signal?: AbortSignal;
  /**
   * If true, the plugin ends by itself when its host is gone. Turn it off for plugins that wait for another host to
   * reattach. Go: none; Go plugins stay until they write to the log.
   * @default true
   */
  readonly endWithHost?: boolean;
  /**
   * Milliseconds that the process may go on after `serve` has resolved. Then it exits, whatever is still open. Go: none; Go
   * hosts kill a process that has not ended after 2 seconds.
   * @default 500
   */
  readonly exitTimeoutMs?: number;
}
