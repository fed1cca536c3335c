import type { CertificateOptions } from "../wire/certificates.js";

/**
 * The behaviour of a plugin of the kit. An empty plan keeps every rule; each entry breaks or stretches one thing. The kit's
 * plugins for `check-host` are plans, and so are the plugins that prove its own checks.
 */
export interface PluginPlan {
  /** The cookie to ask for. @default none: the kit does not know the application's */
  readonly cookie?: readonly [key: string, value: string];
  /** A variable without which it exits. */
  readonly needsVariable?: string;
  /** Its versions. @default what the host offers */
  readonly versions?: readonly number[];
  /** @default "highest" */
  readonly choose?: "highest" | "first listed" | "a listed one or exit" | "numbers or exit";

  /**
   * The line, with `{version}`, `{network}`, `{address}`, `{protocol}`, `{certificate}` and `{multiplex}`, which is
   * `|true` or empty.
   */
  readonly line?: string;
  /** Sends the line in this many pieces. @default 1 */
  readonly pieces?: number;
  /** Prints nothing, and waits. */
  readonly silent?: boolean;
  readonly stdoutAfterLine?: string;
  /** Log lines, before anything else. */
  readonly stderr?: string;
  /** Writes a MiB to that output, and serves nothing until it has been read. */
  readonly flood?: "stdout" | "stderr";

  readonly network?: "unix" | "tcp";
  /** @default "127.0.0.1" */
  readonly bind?: string;
  readonly anyPort?: boolean;
  readonly listensAfterMs?: number;
  /** Uses the same path at every start. */
  readonly fixedPath?: boolean;
  /** Mode of the socket. */
  readonly mode?: number;
  readonly ignores?: readonly ("PLUGIN_UNIX_SOCKET_DIR" | "PLUGIN_UNIX_SOCKET_GROUP" | "PLUGIN_CLIENT_CERT")[];
  readonly keepsSocket?: boolean;
  readonly endsAtNonsense?: boolean;
  readonly oneConnection?: boolean;

  /** Announces a certificate although no host has requested one. */
  readonly announcesUnasked?: boolean;
  /** Counts only if the host sets PLUGIN_CLIENT_CERT. */
  readonly tls?: TlsPlan;
  /** Counts only if the host sets PLUGIN_MULTIPLEX_GRPC. */
  readonly multiplex?: MultiplexPlan;
  readonly grpc?: GrpcPlan;
  /** Speaks net/rpc. */
  readonly netrpc?: NetRpcPlan;

  /** The answer to a host that ends the plugin. @default "exit" */
  readonly end?: "exit" | "stay" | "never answer" | "drop" | "unimplemented";
  /** @default 0 */
  readonly exitCode?: number;
  readonly endsAtInterrupt?: boolean;
  readonly outlivesHost?: boolean;
  /** Leaves a process that holds its stdout and stderr. */
  readonly grandchild?: boolean;
  /** Writes what it sees of the host to this file, a JSON object per line. */
  readonly observe?: string;
}

export interface TlsPlan {
  readonly certificate?: CertificateOptions;
  /** Presents another certificate than the line's. */
  readonly presentsAnother?: boolean;
  /** Whom it serves. @default "host" */
  readonly serves?: "host" | "anybody";
  readonly minVersion?: "TLSv1";
  readonly withoutAlpn?: boolean;
  readonly signatures?: string;
  /** The answer to a host certificate that cannot be read. @default "exit" */
  readonly nonsense?: "exit" | "serve in plain text";
}

export interface MultiplexPlan {
  /** Says so, and serves plain gRPC. */
  readonly saysOnly?: boolean;
  /** Says nothing, as a plugin that cannot. */
  readonly refused?: boolean;
  /** Resets all streams but the first. */
  readonly oneStream?: boolean;
  readonly grantsEveryKnock?: boolean;
  readonly withoutTls?: boolean;
}

export interface GrpcPlan {
  /** The status that Check("plugin") answers. @default 1 */
  readonly health?: number;
  /** Status of Check for another name. @default 5 */
  readonly unknownHealth?: number;
  readonly refusesAuthority?: string;
  /** Status of methods that it does not have. @default 12 */
  readonly unknownMethod?: number;
  /** @default "open" */
  readonly stdio?: "open" | "ends" | "unimplemented";
  /** @default "open" */
  readonly broker?: "open" | "ends" | "ends at an id" | "unimplemented";
  /** Path of a method that answers with its message. */
  readonly echo?: string;
  /** Sends no response headers before the first message, as Go. */
  readonly lateHeaders?: boolean;
}

export interface NetRpcPlan {
  /** Takes the third stream for control. */
  readonly swapped?: boolean;
  readonly refusesPing?: boolean;
  readonly endsAtUnknownName?: boolean;
  readonly endsAtUnknownService?: boolean;
  /** Name of its plugin. */
  readonly name?: string;
  readonly withoutEcho?: boolean;
}

/** A plugin's observations of its host. */
export type Observation =
  | { readonly saw: "start"; readonly pid: number; readonly env: NodeJS.ProcessEnv }
  | { readonly saw: "connection"; readonly first: string }
  | { readonly saw: "tls"; readonly certificate: string | undefined }
  | { readonly saw: "call"; readonly path: string; readonly authority: string }
  | { readonly saw: "half-close"; readonly path: string }
  | { readonly saw: "drained" }
  | { readonly saw: "grandchild"; readonly pid: number };
