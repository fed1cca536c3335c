import { resolve } from "node:path";
import { formatOf } from "../command/describe-file.js";
import { findCommand, hasFolder } from "../command/find-command.js";
import { statsOf } from "../command/stats-of.js";
import { PluginError } from "../errors.js";

/** Explains why the operating system did not start a command: ENOENT alone has four meanings. */
export function explainSpawnError(
  cause: NodeJS.ErrnoException,
  command: string,
  cwd: string | undefined,
  env: NodeJS.ProcessEnv,
): PluginError {
  const shown = JSON.stringify(command);
  const folder = cwd === undefined ? undefined : statsOf(cwd);
  if (cwd !== undefined && !folder?.isDirectory()) {
    const what = folder ? "is not a directory" : "does not exist";
    return new PluginError("ERR_PLUGIN_NOT_FOUND", `the working directory ${JSON.stringify(cwd)} ${what}`, { cause });
  }
  const file = findCommand(command, cwd, env);
  switch (cause.code) {
    case "ENOENT":
      return new PluginError("ERR_PLUGIN_NOT_FOUND", explainMissing(shown, command, file, cwd, env), { cause });
    case "EACCES":
    case "EPERM":
    case "ENOEXEC":
    case "ENOTDIR":
    case "ELOOP":
    case "UNKNOWN":
      return new PluginError("ERR_PLUGIN_NOT_EXECUTABLE", explainRefusal(shown, command, file, cwd), { cause });
    default:
      return new PluginError("ERR_PLUGIN_SPAWN", `${shown} could not be started: ${cause.message}`, { cause });
  }
}

function explainMissing(
  shown: string,
  command: string,
  file: string | undefined,
  cwd: string | undefined,
  env: NodeJS.ProcessEnv,
): string {
  if (file !== undefined) {
    const format = formatOf(file);
    return format.kind === "script"
      ? `${shown} exists, but the interpreter that its first line names, ${JSON.stringify(format.interpreter)}, does not`
      : `${shown} exists, but the loader or library that it needs does not: was it built for another system or C library?`;
  }
  if (process.platform === "win32" && statsOf(resolve(cwd ?? ".", command))?.isFile()) {
    return `${shown} has no extension that Windows runs: expected .exe, .com, .cmd or .bat`;
  }
  return hasFolder(command)
    ? `there is no file ${JSON.stringify(resolve(cwd ?? ".", command))}`
    : `there is no ${shown} in the plugin's PATH (${env.PATH ?? "not set"}); a file of the working directory needs "./" before its name`;
}

function explainRefusal(shown: string, command: string, file: string | undefined, cwd: string | undefined): string {
  const path = resolve(cwd ?? ".", command);
  if (file === undefined && statsOf(path)?.isDirectory()) {
    return `${shown} is a directory, expected the plugin's executable`;
  }
  if (/\.[cm]?[jt]s$/.test(command)) {
    return `${shown} is not an executable: run it with { command: process.execPath, args: [${shown}] }`;
  }
  if (process.platform === "win32") {
    return `${shown} cannot be executed: is it a program (.exe, .com, .cmd or .bat) that was built for this system?`;
  }
  return `${shown} cannot be executed: is it marked as executable (chmod +x), built for this system, and on a disk that allows execution?`;
}
