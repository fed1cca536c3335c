/** The end of a plugin's process. */
export interface PluginExit {
  /** Exit code; `null` when a signal ended the process. */
  readonly code: number | null;
  /** Signal that ended the process; `null` when it exited. */
  readonly signal: NodeJS.Signals | null;
  /** The end of the process's stderr (its log), at most 8 KiB. */
  readonly stderrTail: string;
  /** True when the host had begun to close the plugin. */
  readonly expected: boolean;
}

/** An exit code in the usual notation: the codes of Windows' own errors are hexadecimal. */
export function exitCodeText(code: number | null): string {
  return code !== null && code >= 0xc0000000 ? `${code} (0x${code.toString(16).toUpperCase()})` : String(code);
}
