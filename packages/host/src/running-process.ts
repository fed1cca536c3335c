import type { PluginExit } from "./plugin-process.js";

/** A plugin's process, started by this host or found running. */
export interface RunningProcess {
  readonly pid: number;
  /** Resolves soon after the process has ended. */
  readonly exited: Promise<PluginExit>;
  readonly state: "running" | "ending" | "exited";
  readonly stderrTail: string;
  /** From now on the end of the process is what the host wants. */
  expectExit(): void;
  /** Sends a signal, unless the process has ended. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
  /** Stops keeping the host alive for the process. */
  abandon(): void;
  /** Lets the process live on, and the host end without it. */
  detach(): void;
}
