/** Why a plugin could not be started or used. */
export type PluginErrorCode =
  /** An option of {@link launch} is not what it has to be. */
  | "ERR_PLUGIN_OPTIONS"
  /** The command, its interpreter or the working directory does not exist. */
  | "ERR_PLUGIN_NOT_FOUND"
  /** The command exists, but may not or cannot be executed. */
  | "ERR_PLUGIN_NOT_EXECUTABLE"
  /** The file is not the one whose checksum is expected. */
  | "ERR_PLUGIN_CHECKSUM"
  /** The operating system could not start a process, for want of memory, processes or files. */
  | "ERR_PLUGIN_SPAWN"
  /** The process ended before the plugin was ready. */
  | "ERR_PLUGIN_EXITED"
  /** The plugin was not ready within `startTimeoutMs`. */
  | "ERR_PLUGIN_START_TIMEOUT"
  /** The first line of stdout is not a handshake line, or there is none. */
  | "ERR_PLUGIN_HANDSHAKE"
  /** The plugin serves an application version that this host does not offer. */
  | "ERR_PLUGIN_VERSION"
  /** The plugin speaks a protocol that this host does not allow, or not for that version. */
  | "ERR_PLUGIN_PROTOCOL"
  /** The address that the plugin printed could not be connected to, or does not answer. */
  | "ERR_PLUGIN_CONNECT"
  /** The start was given up: `signal` was aborted, or the host closed its plugins meanwhile. */
  | "ERR_PLUGIN_ABORTED"
  /** The process to reattach to is not the plugin, or the plugin cannot be reattached to. */
  | "ERR_PLUGIN_REATTACH"
  /** The plugin has no plugin of that name in the version that it serves. */
  | "ERR_PLUGIN_UNKNOWN_NAME"
  /** The plugin was closed, or has ended. */
  | "ERR_PLUGIN_CLOSED"
  /** The supervised plugin ended too often: it is not started any more. */
  | "ERR_PLUGIN_GAVE_UP";

/** What is known of a failure beside its code and message. */
export interface PluginErrorDetails {
  readonly cause?: unknown;
  /** What was run, with its arguments. */
  readonly command?: string | undefined;
  /** The first line of stdout (or what there was of it), at most 64 KiB. */
  readonly line?: string | undefined;
  /** Exit code of a process that ended by itself. */
  readonly exitCode?: number | undefined;
  /** Signal that ended the process, if it was not this host that sent it. */
  readonly signal?: NodeJS.Signals | undefined;
  /** The last lines of stderr. */
  readonly stderrTail?: string | undefined;
}

/** A plugin could not be started or used; `code` says why, `message` also what to do. */
export class PluginError extends Error {
  override readonly name = "PluginError";
  readonly code: PluginErrorCode;
  readonly command: string | undefined;
  readonly line: string | undefined;
  readonly exitCode: number | undefined;
  readonly signal: NodeJS.Signals | undefined;
  readonly stderrTail: string | undefined;

  constructor(code: PluginErrorCode, message: string, details: PluginErrorDetails = {}) {
    super(message, "cause" in details ? { cause: details.cause } : undefined);
    this.code = code;
    this.command = details.command;
    this.line = details.line;
    this.exitCode = details.exitCode;
    this.signal = details.signal;
    this.stderrTail = details.stderrTail;
  }
}
