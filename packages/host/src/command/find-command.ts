import { accessSync, constants } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { statsOf } from "./stats-of.js";

/**
 * Finds the file that the operating system runs for a command. A command without a folder is searched along the plugin's
 * own PATH. `undefined` if there is no such file.
 */
export function findCommand(command: string, cwd: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const folder = resolve(cwd ?? ".");
  const candidates = hasFolder(command)
    ? extensionsFor(command).map((extension) => resolve(folder, command + extension))
    : searchPath(command, folder, env);
  const files = candidates.filter((path) => statsOf(path)?.isFile());
  return files.find(isExecutable) ?? files[0];
}

/** Tells a path from a name that is searched in PATH. */
export function hasFolder(command: string): boolean {
  return process.platform === "win32" ? /[\\/:]/.test(command) : command.includes("/");
}

function searchPath(command: string, folder: string, env: NodeJS.ProcessEnv): string[] {
  const windows = process.platform === "win32";
  const path = windows ? Object.entries(env).find(([name]) => name.toUpperCase() === "PATH")?.[1] : env.PATH;
  const extensions = extensionsFor(command);
  return (path ?? "/usr/local/bin:/bin:/usr/bin")
    .split(delimiter)
    .flatMap((entry) => extensions.map((extension) => join(resolve(folder, entry), command + extension)));
}

/** The extensions that a command on Windows may omit: Windows runs no file without one. */
function extensionsFor(command: string): readonly string[] {
  if (process.platform !== "win32") return [""];
  const extensions = [".com", ".exe", ".cmd", ".bat"];
  return /\.[^.\\/:]+$/.test(command) ? ["", ...extensions] : extensions;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
