import { findCommand } from "../command/find-command.js";
import { PluginError } from "../errors.js";

/** A program and the words that it is started with. */
export interface BatchCommand {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * The command line with which cmd.exe runs a `.cmd` or `.bat` file on Windows: npm makes one of every command, and
 * Node.js refuses to start them. `undefined` for any other file. The words are passed to `spawn` unchanged
 * (`windowsVerbatimArguments`).
 *
 * @throws {PluginError} `ERR_PLUGIN_SPAWN` for arguments that cmd.exe cannot pass on unchanged.
 */
export function batchCommand(
  command: string,
  args: readonly string[],
  cwd: string | undefined,
  env: NodeJS.ProcessEnv,
): BatchCommand | undefined {
  if (process.platform !== "win32") return undefined;
  const path = findCommand(command, cwd, env);
  if (path === undefined || !/\.(cmd|bat)$/i.test(path)) return undefined;
  const words = [path, ...args];
  // Only these have a meaning within quotes, and a batch file passes its arguments through cmd.exe once more.
  const bad = words.find((word) => /["%\r\n]/.test(word));
  if (bad !== undefined) {
    throw new PluginError(
      "ERR_PLUGIN_SPAWN",
      `${JSON.stringify(path)} is a batch file, and cmd.exe, which runs it, cannot pass on ${JSON.stringify(bad)}: expected words without double quotes, percent signs and line breaks. Start the program that the batch file starts instead`,
    );
  }
  const line = words.map((word) => `"${word}"`).join(" ");
  // /s: only the outer quotes are removed. /d: the user's AutoRun commands are skipped.
  return { file: env.ComSpec ?? env.COMSPEC ?? "cmd.exe", args: ["/d", "/s", "/c", `"${line}"`] };
}
