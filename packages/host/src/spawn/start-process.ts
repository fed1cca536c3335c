import type { Deadline, PluginDefinition } from "@go-plugin/proto/internal";
import { Lifecycle } from "../end/lifecycle.js";
import { PluginError } from "../errors.js";
import { createSocketDirectory, removeSocketDirectory } from "../runner/socket-directory.js";
import { startRunner } from "../runner/start-runner.js";
import { describeStartError } from "../start/describe-start-error.js";
import { StartedPlugin } from "../start/started-plugin.js";
import type { LaunchSettings } from "../validate/launch-options.js";
import type { CheckedFile } from "./check-file.js";
import { pluginEnvironment } from "./environment.js";
import { spawnPlugin } from "./spawn-plugin.js";

/**
 * Starts the plugin's process: as a child of this one, or by the options' runner, with which it shares a directory for
 * its sockets. Verifies the checksum first.
 *
 * @throws {PluginError} and leaves nothing behind.
 */
export async function startProcess(
  definition: PluginDefinition,
  options: LaunchSettings,
  clientCertificate: string | undefined,
  deadline: Deadline,
): Promise<StartedPlugin> {
  const directory = options.runner && createSocketDirectory(options);
  const settings = directory ? { ...options, sockets: { ...options.sockets, directory } } : options;
  const env = pluginEnvironment({ definition, ...settings, clientCertificate });
  let checked: CheckedFile | undefined;
  try {
    checked = await verifyChecksum(settings, env, deadline);
    deadline.signal.throwIfAborted();
    const process = directory
      ? await startRunner(settings, env, directory, deadline)
      : await spawnPlugin(settings, env, checked?.executable);
    return new StartedPlugin(process, new Lifecycle(process, settings), settings, env, checked, directory);
  } catch (error) {
    await checked?.close();
    if (directory) removeSocketDirectory(directory, settings.logger);
    if (!(error instanceof PluginError)) throw error;
    throw describeStartError(error, { settings, env, line: "", exit: undefined });
  }
}

async function verifyChecksum(
  settings: LaunchSettings,
  env: NodeJS.ProcessEnv,
  deadline: Deadline,
): Promise<CheckedFile | undefined> {
  const { checksum } = settings;
  if (!checksum) return undefined;
  const { checkFile } = await import("./check-file.js");
  return deadline.step("have its checksum verified", () => checkFile(checksum, settings, env, deadline.signal));
}
