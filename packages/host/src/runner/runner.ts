import type { Readable } from "node:stream";
import type { Logger, SocketAddress } from "@go-plugin/proto/internal";
import type { PluginExit } from "../process/plugin-exit.js";

/** The command that a runner runs. Go: the exec.Cmd that RunnerFunc gets. */
export interface RunnerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  /**
   * The plugin's whole environment. Its `PLUGIN_UNIX_SOCKET_DIR` is `socketDirectory`; a runner whose plugin sees that
   * directory under another path has to change it.
   */
  readonly env: NodeJS.ProcessEnv;
  /** A directory made for this plugin, for the sockets of both sides; it is removed when the plugin has ended. Go: tmpDir. */
  readonly socketDirectory: string;
  readonly logger: Logger;
}

/**
 * Makes a runner for one plugin. Go: RunnerFunc.
 *
 * @example
 * ```ts
 * const plugin = await launch(plugins, {
 *   command: "/plugin",
 *   runner: (command) => new ContainerRunner("example/plugin:1.4", command),
 * });
 * ```
 */
export type RunnerFunction = (command: RunnerCommand) => Runner | Promise<Runner>;

/** A plugin that already runs elsewhere. Go: AttachedRunner. */
export interface AttachedRunner {
  /** Names the running plugin: a container's id, a pid. Go: ID. */
  readonly id: string;
  /** Resolves when the plugin has ended, by itself or by `kill`; a rejection counts as its end too. Go: Wait. */
  wait(): Promise<Pick<PluginExit, "code" | "signal"> | undefined>;
  /**
   * Ends the plugin by force and removes everything made to run it. It may be called several times. When the host's
   * process exits, only the part before the first `await` runs. Go: Kill.
   */
  kill(): void | Promise<void>;
  /**
   * Translates an address of the plugin to one that the host can reach. Check it: the plugin may have sent anything.
   * Go: PluginToHost.
   * @default the same address
   */
  pluginToHost?(address: SocketAddress): SocketAddress | Promise<SocketAddress>;
  /** Translates an address of the host to one that the plugin can reach. Go: HostToPlugin. @default the same address */
  hostToPlugin?(address: SocketAddress): SocketAddress | Promise<SocketAddress>;
}

/** Runs a plugin elsewhere, in a container or a sandbox, and translates addresses between it and the host. Go: runner.Runner. */
export interface Runner extends AttachedRunner {
  /** Names the program in logs, for example by its path. Go: Name. */
  readonly name: string;
  /** The plugin's stdout, with the handshake line, from `start` on. Go: Stdout. */
  readonly stdout: Readable;
  /** The plugin's stderr, its log, from `start` on. Go: Stderr. */
  readonly stderr: Readable;
  /** Starts the plugin. The signal aborts the start; it never aborts later. Go: Start. */
  start(signal: AbortSignal): Promise<void>;
  /** Explains to a person why the plugin may not have started. Go: Diagnose. */
  diagnose?(): string | Promise<string>;
}
