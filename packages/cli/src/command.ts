import type { Command } from "commander";

/** What a command gets beside its options: what stands behind `--`, and a signal for Ctrl-C. */
export interface Invocation {
  /** What stands behind the first `--`. */
  readonly rest: readonly string[];
  readonly signal: AbortSignal;
  /** From now on SIGINT and SIGTERM are the command's. */
  leaveSignals(): void;
}

/** Adds a command to the program. */
export type AddCommand = (program: Command, invocation: Invocation) => void;
