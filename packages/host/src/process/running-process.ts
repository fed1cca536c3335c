import type { Readable } from "node:stream";
import type { AddressTranslator } from "@go-plugin/proto/internal";
import type { PluginExit } from "./plugin-exit.js";

/** A plugin's process, started by this host or found running. */
export interface RunningProcess {
  /** NaN for a plugin that a runner runs. */
  readonly pid: number;
  /** The pid, or the runner's name for the plugin. */
  readonly id: string;
  /** Where host and plugin do not see the same addresses. */
  readonly translator?: AddressTranslator;
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

/** A process that was started here, whose handshake line comes from its stdout. */
export interface StartedProcess extends RunningProcess {
  readonly stdout: Readable;
  /** What is known of why it did not start; its file is looked at as well, unless a runner runs it. */
  diagnose?(): Promise<string | undefined>;
}

/** Fields that name a process in the log. */
export function nameOf({ pid, id }: RunningProcess): { readonly pid: number } | { readonly id: string } {
  return Number.isNaN(pid) ? { id } : { pid };
}
