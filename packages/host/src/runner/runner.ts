import type { Readable } from "node:stream";
import type { Logger, SocketAddress } from "@go-plugin/proto/internal";
import type { PluginExit } from "../process/plugin-exit.js";

/** What a runner is to run. Go: the exec.Cmd that RunnerFunc gets. */
export interface RunnerCommand {
  readonly command: string;
  readonly args: readonly string[];
  readonly cwd: string | undefined;
  /**
   * The plugin's whole environment. Its `PLUGIN_UNIX_SOCKET_DIR` is `socketDirectory`: a runner whose plugin sees the
   * directory elsewhere sets it to that place.
   */
  readonly env: NodeJS.ProcessEnv;
  /** A directory made for this plugin, for the sockets of both sides; it is removed when the plugin has ended. Go: tmpDir. */
  readonly socketDirectory: string;
  readonly logger: Logger;
}

/** Makes a runner for one plugin. Go: RunnerFunc. */
export type RunnerFunction = (command: RunnerCommand) => Runner | Promise<Runner>;

/** A plugin that runs elsewhere, after it was started. Go: AttachedRunner. */
export interface AttachedRunner {
  /** Names the running plugin: a container's id, a pid. Go: ID. */
  readonly id: string;
  /** Resolves when the plugin has ended, by itself or by `kill`; a rejection counts as its end too. Go: Wait. */
  wait(): Promise<Pick<PluginExit, "code" | "signal"> | undefined>;
  /**
   * Ends the plugin by force, and removes what was made to run it; may be called again. When the host's process exits
   * only what it does before its first `await` is done. Go: Kill.
   */
  kill(): void | Promise<void>;
  /**
   * Where the host reaches what the plugin calls this; the address is whatever the plugin says, so check it.
   * Go: PluginToHost.
   * @default the same address
   */
  pluginToHost?(address: SocketAddress): SocketAddress | Promise<SocketAddress>;
  /**
   * Where the plugin reaches what the host calls this. Go: HostToPlugin.
   * @default the same address
   */
  hostToPlugin?(address: SocketAddress): SocketAddress | Promise<SocketAddress>;
}

/** Runs a plugin elsewhere, in a container or a sandbox, and tells the two sides' addresses apart. Go: runner.Runner. */
export interface Runner extends AttachedRunner {
  /** For people, for example the path of the program. Go: Name. */
  readonly name: string;
  /** The plugin's stdout, with the handshake line, from `start` on. Go: Stdout. */
  readonly stdout: Readable;
  /** The plugin's stderr, its log, from `start` on. Go: Stderr. */
  readonly stderr: Readable;
  /** Starts the plugin; the signal gives up the start and nothing later. Go: Start. */
  start(signal: AbortSignal): Promise<void>;
  /** What may help a person to find out why the plugin did not start. Go: Diagnose. */
  diagnose?(): string | Promise<string>;
}
