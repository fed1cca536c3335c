import type { Readable } from "node:stream";
import type { AddressTranslator } from "@go-plugin/proto/internal";
import type { PluginExit } from "./plugin-exit.js";

/** A plugin's process, started by this host or found running. */
export interface RunningProcess {
  /** NaN for a plugin that a runner runs. */
  readonly pid: number;
  /** The pid, or the runner's name for the plugin. */
  readonly id: string;
  /** Translates addresses, if host and plugin see different ones. */
  readonly translator?: AddressTranslator;
  /** Resolves soon after the process has ended. */
  readonly exited: Promise<PluginExit>;
  readonly state: "running" | "ending" | "exited";
  readonly stderrTail: string;
  /** Makes the end of the process an expected one from now on. */
  expectExit(): void;
  /** Sends a signal, unless the process has ended. */
  signal(name: "SIGTERM" | "SIGKILL"): void;
  /** Lets the process keep the host alive, which it does by default. */
  ref(): void;
  /** Lets the host end while the process runs. */
  unref(): void;
  /** Stops keeping the host alive for a process that does not end. */
  abandon(): void;
  /** Lets the process live on, and the host end without it. */
  detach(): void;
}

/** A process that this host has started. */
export interface StartedProcess extends RunningProcess {
  readonly stdout: Readable;
  /** Explains a failed start. */
  diagnose?(): Promise<string | undefined>;
}

/** Fields that name a process in the log. */
export function nameOf({ pid, id }: RunningProcess): { readonly pid: number } | { readonly id: string } {
  return Number.isNaN(pid) ? { id } : { pid };
}
