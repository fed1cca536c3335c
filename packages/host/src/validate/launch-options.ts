import type { Writable } from "node:stream";
import type { ClientInterceptor } from "@go-plugin/grpc";
import type { KeepAliveOptions, Logger, Protocol, TlsOptions } from "@go-plugin/proto/internal";
import type { RunnerFunction } from "../runner/runner.js";
import type { Checksum } from "./checksum.js";

/** Options of {@link launch}. Go: ClientConfig. */
export interface LaunchOptions {
  /** The program to run: a path, or a name that is searched in the plugin's PATH. Go: Cmd.Path. */
  readonly command: string;
  /**
   * Arguments of the program; no shell interprets them. Go: Cmd.Args.
   * @default []
   */
  readonly args?: readonly string[];
  /**
   * Working directory of the program. Go: Cmd.Dir.
   * @default the host's
   */
  readonly cwd?: string;
  /**
   * Environment variables. They override those of the host and of the protocol; `undefined` removes one. Go: Cmd.Env.
   * @default {}
   */
  readonly env?: NodeJS.ProcessEnv;
  /**
   * If true, the plugin receives the host's own environment. Go: SkipHostEnv, negated.
   * @default true
   */
  readonly inheritEnv?: boolean;
  /**
   * Protocols that the plugin may speak. Versions of the definition that speak another one are not offered.
   * Go: AllowedProtocols.
   * @default all that the definition names
   */
  readonly allowedProtocols?: readonly Protocol[];
  /**
   * Milliseconds within which the plugin has to start, connect and be ready. Go: StartTimeout.
   * @default 60_000
   */
  readonly startTimeoutMs?: number;
  /**
   * Milliseconds that `close()` waits after it has asked the plugin to end, and again after SIGTERM, before it sends
   * SIGKILL. Go: 2 seconds, then SIGKILL.
   * @default 2_000
   */
  readonly shutdownTimeoutMs?: number;
  /**
   * If true, closing the plugin also ends the processes that it has started. They cannot be found any more when the plugin
   * ended by itself. Go: none.
   * @default false
   */
  readonly killTree?: boolean;
  /**
   * Receives the plugin's log (its stderr) as entries with level and fields, and the host's own entries about the plugin.
   * Go: Logger.
   * @default consoleLogger(), which writes entries from info up to the host's stderr
   */
  readonly logger?: Logger;
  /**
   * Receives the output of the plugin's code to stdout. The stream is never ended. Output that it has not accepted a
   * second after the plugin's exit is dropped, with a warning. Go: SyncStdout.
   * @default none: the output is read and dropped
   */
  readonly stdout?: Writable;
  /**
   * Receives the output of the plugin's code to stderr, except its log. Otherwise like `stdout`. Go: SyncStderr.
   * @default none: the output is read and dropped
   */
  readonly stderr?: Writable;
  /**
   * Receives the raw bytes of the process's stderr, which also become log entries. It is never ended. Go: Stderr.
   * @default none
   */
  readonly rawStderr?: Writable;
  /**
   * The checksum that the plugin's file must have. It is verified before the start. Once the process runs, and before
   * its output is trusted, the file is compared again: a change or a replacement ends the start. Go: SecureConfig.
   * @default none
   */
  readonly checksum?: Checksum;
  /**
   * If true, every connection is secured with certificates that host and plugin make for this start. Go: AutoMTLS.
   * @default false
   */
  readonly autoMtls?: boolean;
  /**
   * A fixed TLS configuration, for plugins that have its counterpart. It also secures brokered connections.
   * Go: TLSConfig.
   * @default none
   */
  readonly tls?: TlsOptions;
  /**
   * If true, gRPC's brokered connections share the one connection to the plugin, which has to support it. Net/rpc always
   * shares it. Go: GRPCBrokerMultiplex.
   * @default false
   */
  readonly multiplex?: boolean;
  /**
   * Keepalive of the session with a plugin that speaks net/rpc, or that multiplexes: a plugin that does not answer in time
   * is hung up on. `false` turns it off, so that a debugger can hold the plugin. Go: yamux.Config, which is fixed.
   * @default { intervalMs: 30_000, timeoutMs: 10_000 }
   */
  readonly keepAlive?: KeepAliveOptions | false;
  /**
   * Directory for the unix sockets of the plugin and of the host's broker, and the group, by name or number, that may
   * connect to them. Go: UnixSocketConfig.
   * @default the temporary directory, and only this user may connect
   */
  readonly sockets?: { readonly directory?: string; readonly group?: string };
  /**
   * Range of TCP ports for plugins that do not listen on a unix socket. Go: MinPort, MaxPort.
   * @default { min: 10_000, max: 25_000 }
   */
  readonly ports?: { readonly min: number; readonly max: number };
  /**
   * If true, `closeAll()` closes the plugin, and the exit of the host's process kills it. A signal that the host does not
   * handle ends it without an exit: see `endWithHost`. Go: Managed.
   * @default true
   */
  readonly managed?: boolean;
  /**
   * Starts a small shell process that ends the plugin when the host dies, however it dies, SIGKILL included. Plugins
   * built with @go-plugin/plugin end by themselves and do not need it. A terminated worker thread counts as a dead
   * host. On Windows the system ends the plugin with the host's process; of a `.cmd` or `.bat` it ends only the command
   * interpreter. Go: none.
   * @default true in a worker thread, except on Windows; else false
   */
  readonly endWithHost?: boolean;
  /**
   * Runs the command elsewhere, in a container or a sandbox, instead of as a child process. The directory that both sides
   * share is made in `sockets.directory`. Excludes `killTree` and `endWithHost`, which need a process. Go: RunnerFunc.
   * @default none: a child process
   */
  readonly runner?: RunnerFunction;
  /**
   * Interceptors of every gRPC call by clients that `dispense` returns. Clients of `grpcClient` have grpc-js's own, and
   * net/rpc has none. Go: GRPCDialOptions.
   * @default []
   */
  readonly interceptors?: readonly ClientInterceptor[];
  /** Aborts the start, or closes the running plugin. Go: none. */
  readonly signal?: AbortSignal;
}

type Defaulted =
  | "args"
  | "env"
  | "inheritEnv"
  | "startTimeoutMs"
  | "shutdownTimeoutMs"
  | "killTree"
  | "logger"
  | "ports"
  | "managed"
  | "endWithHost"
  | "autoMtls"
  | "multiplex"
  | "sockets";

/** Validated options, completed by their defaults. */
export type LaunchSettings = LaunchOptions &
  Required<Pick<LaunchOptions, Defaulted>> & {
    /** The versions to offer, ascending: those with an allowed protocol. */
    readonly versions: readonly number[];
  };
