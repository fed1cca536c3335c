/** How a plugin's process ended. */
export interface PluginExit {
  /** Exit code, unless a signal ended the process. */
  readonly code: number | null;
  /** The signal that ended the process, if one did. */
  readonly signal: NodeJS.Signals | null;
  /** The end of what the process wrote to its stderr (its log), at most 8 KiB. */
  readonly stderrTail: string;
  /** The host had begun to close the plugin. */
  readonly expected: boolean;
}
