import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { basename } from "node:path";
import { launched, printIfDebugging } from "@go-plugin/proto/internal";
import { PluginError } from "../errors.js";
import { PluginProcess } from "../process/child-process.js";
import type { LaunchSettings } from "../validate/launch-options.js";
import { batchCommand } from "./batch-command.js";
import { explainSpawnError } from "./spawn-error.js";

/**
 * Starts the command as a child of this process. It inherits stdin, so a terminal stays a terminal.
 *
 * @param executable the file to run instead of the one that the command names.
 * @throws {PluginError} `ERR_PLUGIN_NOT_FOUND`, `ERR_PLUGIN_NOT_EXECUTABLE` or `ERR_PLUGIN_SPAWN` when the command cannot be
 * executed.
 */
export async function spawnPlugin(
  settings: LaunchSettings,
  env: NodeJS.ProcessEnv,
  executable = settings.command,
): Promise<PluginProcess> {
  const { command, args, cwd, logger, rawStderr } = settings;
  const printing = printIfDebugging();
  if (printing) await printing;
  logger.debug("starting plugin", { command, args });
  let child: ChildProcess;
  try {
    const batch = batchCommand(executable, args, cwd, env);
    child = spawn(batch?.file ?? executable, batch?.args ?? args, {
      ...(batch ? { windowsVerbatimArguments: true } : { argv0: command }),
      // Node's children end with it on Windows unless they are detached; elsewhere this would make a session.
      detached: process.platform === "win32" && !settings.endWithHost,
      cwd,
      env,
      stdio: ["inherit", "pipe", "pipe"],
      windowsHide: true,
    });
    if (child.pid === undefined) throw (await once(child, "error"))[0];
  } catch (error) {
    if (error instanceof PluginError) throw error;
    throw explainSpawnError(error as NodeJS.ErrnoException, command, cwd, env);
  }
  logger.debug("plugin started", { command, pid: child.pid });
  if (launched.hasSubscribers) launched.publish({ command, args, pid: child.pid! });
  return new PluginProcess(child, logger.child({ plugin: basename(command) }), rawStderr);
}
