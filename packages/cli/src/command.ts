import type { Command } from "commander";

/** Passed to a command beside its options: the words behind `--`, and a signal for Ctrl-C. */
export interface Invocation {
  /** The words behind the first `--`. */
  readonly rest: readonly string[];
  readonly signal: AbortSignal;
  /** From now on SIGINT and SIGTERM are the command's. */
  leaveSignals(): void;
}

/** Adds a command to the program. */
export type AddCommand = (program: Command, invocation: Invocation) => void;
