import type { SocketAddress } from "@go-plugin/proto/internal";
import type { Lifecycle } from "../end/lifecycle.js";
import { ownedSocketFile } from "../end/socket-file.js";
import { type Watchdog, watchHost } from "../end/watchdog.js";
import { PluginError } from "../errors.js";
import { FirstLineReader } from "../handshake/first-line.js";
import type { StartedProcess } from "../process/running-process.js";
import { ownedSocketDirectory } from "../runner/socket-directory.js";
import type { CheckedFile } from "../spawn/check-file.js";
import type { LaunchSettings } from "../validate/launch-options.js";
import { describeStartError } from "./describe-start-error.js";

/** A plugin with a running process whose start is not complete. */
export class StartedPlugin {
  readonly process: StartedProcess;
  readonly lifecycle: Lifecycle;
  /** The options, with the directory that was made for this plugin's sockets. */
  readonly settings: LaunchSettings;
  readonly firstLine = new FirstLineReader();
  readonly #env: NodeJS.ProcessEnv;
  readonly #checked: CheckedFile | undefined;
  #watchdog: Watchdog | undefined;

  constructor(
    process: StartedProcess,
    lifecycle: Lifecycle,
    settings: LaunchSettings,
    env: NodeJS.ProcessEnv,
    checked: CheckedFile | undefined,
    socketDirectory: string | undefined,
  ) {
    this.process = process;
    this.lifecycle = lifecycle;
    this.settings = settings;
    this.#env = env;
    this.#checked = checked;
    if (socketDirectory) lifecycle.own(ownedSocketDirectory(socketDirectory, settings.logger));
  }

  /**
   * Makes sure that the process runs the file whose checksum was verified.
   *
   * @throws {PluginError} `ERR_PLUGIN_CHECKSUM`
   */
  async verify(): Promise<void> {
    try {
      await this.#checked?.recheck(this.process.pid);
    } finally {
      await this.#checked?.close();
    }
  }

  /** Starts the watchdog that ends the plugin when this host dies, if the options ask for it. */
  async watch(): Promise<void> {
    // On Windows the system does that for a child that is not detached.
    if (!this.settings.endWithHost || process.platform === "win32") return;
    this.#watchdog = await watchHost(this.process.pid);
    if (this.#watchdog) this.lifecycle.own(this.#watchdog);
  }

  /** Removes the plugin's socket file with the plugin. For a runner's plugin, a whole directory is removed. */
  ownSocket(address: SocketAddress): void {
    if (this.settings.runner) return;
    const file = ownedSocketFile(address);
    if (!file) return;
    this.lifecycle.own(file);
    this.#watchdog?.removeSocket(file.path);
  }

  /** Ends the process. @returns the error to throw, with the known facts about the plugin. */
  async fail(error: unknown): Promise<unknown> {
    const { process, settings } = this;
    const diagnosis = await process.diagnose?.();
    await this.lifecycle.close();
    // Any other error is a mistake in this host, and facts about the plugin do not explain it.
    if (!(error instanceof PluginError)) return error;
    const exit = process.state === "exited" ? await process.exited : undefined;
    return describeStartError(error, { settings, env: this.#env, line: this.firstLine.line, exit, diagnosis });
  }
}
