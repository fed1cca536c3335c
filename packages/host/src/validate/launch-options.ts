import type { Writable } from "node:stream";
import type { ClientInterceptor } from "@go-plugin/grpc";
import type { Logger, Protocol, TlsOptions } from "@go-plugin/proto/internal";
import type { RunnerFunction } from "../runner/runner.js";
import type { Checksum } from "./checksum.js";

/** How {@link launch} starts a plugin and treats it. Go: ClientConfig. */
export interface LaunchOptions {
  /** The program to run: a path, or a name that is looked up in the plugin's PATH. Go: Cmd.Path. */
  readonly command: string;
  /**
   * Its arguments; no shell interprets them. Go: Cmd.Args.
   * @default []
   */
  readonly args?: readonly string[];
  /**
   * Its working directory. Go: Cmd.Dir.
   * @default the host's
   */
  readonly cwd?: string;
  /**
   * Variables on top of the host's and the protocol's; yours win, and `undefined` removes one. Go: Cmd.Env.
   * @default {}
   */
  readonly env?: NodeJS.ProcessEnv;
  /**
   * Whether the plugin receives the host's own environment. Go: SkipHostEnv, the other way round.
   * @default true
   */
  readonly inheritEnv?: boolean;
  /**
   * Protocols that the plugin may speak; versions of the definition that speak another one are not offered.
   * Go: AllowedProtocols.
   * @default all that the definition names
   */
  readonly allowedProtocols?: readonly Protocol[];
  /**
   * Milliseconds until the plugin has to be started, connected and ready. Go: StartTimeout.
   * @default 60_000
   */
  readonly startTimeoutMs?: number;
  /**
   * Milliseconds that closing the plugin waits after it was asked to end, and again after SIGTERM, before SIGKILL.
   * Go: 2 seconds, then SIGKILL.
   * @default 2_000
   */
  readonly shutdownTimeoutMs?: number;
  /**
   * Whether closing the plugin also ends the processes that it started. Those of a plugin that ended without being
   * closed cannot be found any more. Go: none.
   * @default false
   */
  readonly killTree?: boolean;
  /**
   * Receives what the plugin writes to its stderr as entries with level and fields, and what the host has to say of
   * the plugin. Go: Logger.
   * @default consoleLogger(), which writes entries from info up to the host's stderr
   */
  readonly logger?: Logger;
  /**
   * Receives what the plugin's code prints to its stdout. It is never ended; what it has not taken a second after the
   * plugin's exit is dropped, with a warning. Go: SyncStdout.
   * @default none: the output is read and dropped
   */
  readonly stdout?: Writable;
  /**
   * Receives what the plugin's code prints to its stderr, its log excepted, as `stdout` does. Go: SyncStderr.
   * @default none: the output is read and dropped
   */
  readonly stderr?: Writable;
  /**
   * Receives the bytes of the process's stderr, the same that become log entries. It is never ended. Go: Stderr.
   * @default none
   */
  readonly rawStderr?: Writable;
  /**
   * The hash that the plugin's file has to have, compared before the start. The file is looked at again when the
   * process has been started, before anything that it says is believed: a file that was changed or replaced in between
   * ends the start. Go: SecureConfig.
   * @default none
   */
  readonly checksum?: Checksum;
  /**
   * Secures every connection with certificates that host and plugin make for this one start. Go: AutoMTLS.
   * @default false
   */
  readonly autoMtls?: boolean;
  /**
   * A fixed TLS configuration, for plugins that have its counterpart. It secures the brokered connections too.
   * Go: TLSConfig.
   * @default none
   */
  readonly tls?: TlsOptions;
  /**
   * Whether gRPC's brokered connections share the one connection to the plugin, which has to support it. Net/rpc always
   * does. Go: GRPCBrokerMultiplex.
   * @default false
   */
  readonly multiplex?: boolean;
  /**
   * Where unix sockets are made, by the plugin and by the host's broker, and the group, by name or number, that may
   * connect to them. Go: UnixSocketConfig.
   * @default { directory: the temporary directory, group: none, only this user may connect }
   */
  readonly sockets?: { readonly directory?: string; readonly group?: string };
  /**
   * TCP ports that plugins may choose from when they do not listen on a unix socket. Go: MinPort, MaxPort.
   * @default { min: 10_000, max: 25_000 }
   */
  readonly ports?: { readonly min: number; readonly max: number };
  /**
   * Whether `closeAll()` closes the plugin, and the host's end kills it. A host that is ended by a signal that it does
   * not handle has no chance to: see `endWithHost`. Go: Managed.
   * @default true
   */
  readonly managed?: boolean;
  /**
   * Starts a small shell process beside the plugin that ends the plugin when the host dies in whatever way, SIGKILL
   * included. Plugins built with @go-plugin/plugin end by themselves and do not need it. Not on Windows. Go: none.
   * @default false
   */
  readonly endWithHost?: boolean;
  /**
   * Runs the command elsewhere, in a container or a sandbox, in place of a child process of this host. `sockets.directory`
   * is then where the directory is made that the two sides share. Not together with `killTree` and `endWithHost`, which
   * need a process. Go: RunnerFunc.
   * @default none: a child process
   */
  readonly runner?: RunnerFunction;
  /**
   * Middleware around every gRPC call of the clients that `dispense` returns; those of `grpcClient` have grpc-js's own,
   * and net/rpc has none. Go: GRPCDialOptions.
   * @default []
   */
  readonly interceptors?: readonly ClientInterceptor[];
  /** Aborts the start, or closes the plugin that has been started. Go: none. */
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

/** Options that were validated, with their defaults. */
export type LaunchSettings = LaunchOptions &
  Required<Pick<LaunchOptions, Defaulted>> & {
    /** The versions to offer, ascending: those that speak an allowed protocol. */
    readonly versions: readonly number[];
  };
