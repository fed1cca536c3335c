/** The reason why a plugin could not be started or used. */
export type PluginErrorCode =
  /** An option of {@link launch} has a wrong value. */
  | "ERR_PLUGIN_OPTIONS"
  /** The command, its interpreter or the working directory does not exist. */
  | "ERR_PLUGIN_NOT_FOUND"
  /** The command exists, but cannot be executed. */
  | "ERR_PLUGIN_NOT_EXECUTABLE"
  /** The file does not have the expected checksum. */
  | "ERR_PLUGIN_CHECKSUM"
  /** The operating system could not start a process: it lacks memory, processes or files. */
  | "ERR_PLUGIN_SPAWN"
  /** The process ended before the plugin was ready. */
  | "ERR_PLUGIN_EXITED"
  /** The plugin was not ready within `startTimeoutMs`. */
  | "ERR_PLUGIN_START_TIMEOUT"
  /** stdout has no first line, or its first line is not a handshake line. */
  | "ERR_PLUGIN_HANDSHAKE"
  /** The plugin serves an application version that this host does not offer. */
  | "ERR_PLUGIN_VERSION"
  /** The plugin speaks a protocol that this host does not allow for the version. */
  | "ERR_PLUGIN_PROTOCOL"
  /** The plugin does not answer at the address that it printed. */
  | "ERR_PLUGIN_CONNECT"
  /** The start was cancelled, by `signal` or by `closeAll()`. */
  | "ERR_PLUGIN_ABORTED"
  /** The process is not the plugin, or the plugin cannot be reattached to. */
  | "ERR_PLUGIN_REATTACH"
  /** The plugin serves nothing under that name in its version. */
  | "ERR_PLUGIN_UNKNOWN_NAME"
  /** The plugin was closed or has ended. */
  | "ERR_PLUGIN_CLOSED"
  /** The supervised plugin ended too often and is no longer restarted. */
  | "ERR_PLUGIN_GAVE_UP"
  /** The pool's queue is full: all its processes have as many calls as they may have. */
  | "ERR_PLUGIN_BUSY";

/** Details of a {@link PluginError}. */
export interface PluginErrorDetails {
  readonly cause?: unknown;
  /** The command with its arguments. */
  readonly command?: string | undefined;
  /** The first line of stdout, possibly incomplete, at most 64 KiB. */
  readonly line?: string | undefined;
  /** Exit code of a process that ended by itself. */
  readonly exitCode?: number | undefined;
  /** Signal that ended the process, unless this host sent it. */
  readonly signal?: NodeJS.Signals | undefined;
  /** The last lines of stderr. */
  readonly stderrTail?: string | undefined;
}

/**
 * A plugin could not be started or used. `code` says why; `message` also says what to do. Go: the errors of Client.Start.
 *
 * @example
 * ```ts
 * try {
 *   await launch(plugins, { command });
 * } catch (error) {
 *   if (error instanceof PluginError && error.code === "ERR_PLUGIN_NOT_FOUND") await install(command);
 *   else throw error;
 * }
 * ```
 */
export class PluginError extends Error {
  static override get name(): string {
    return "PluginError";
  }
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

/**
 * Returns true for a {@link PluginError}, even of another copy of this package: a program may load it as ESM and as CommonJS.
 *
 * @example
 * ```ts
 * try {
 *   await launch(greeterPlugins, { command: "./greeter" });
 * } catch (error) {
 *   if (!isPluginError(error)) throw error;
 *   console.error(error.code, error.message);
 * }
 * ```
 */
export function isPluginError(error: unknown): error is PluginError {
  return (
    error instanceof Error && error.name === "PluginError" && /^ERR_PLUGIN_/.test(String((error as PluginError).code))
  );
}
