import { accessSync, constants } from "node:fs";
import { delimiter, join, resolve } from "node:path";
import { statsOf } from "./stats-of.js";

/**
 * The file that the operating system runs for a command, as far as it can be told afterwards; a command without a
 * folder is looked for along the plugin's own PATH. `undefined` if there is no such file.
 */
export function findCommand(command: string, cwd: string | undefined, env: NodeJS.ProcessEnv): string | undefined {
  const folder = resolve(cwd ?? ".");
  const candidates = hasFolder(command) ? [resolve(folder, command)] : searchPath(command, folder, env);
  const files = candidates.filter((path) => statsOf(path)?.isFile());
  return files.find(isExecutable) ?? files[0];
}

/** Whether the command names a file, rather than something to look for in PATH. */
export function hasFolder(command: string): boolean {
  return process.platform === "win32" ? /[\\/:]/.test(command) : command.includes("/");
}

function searchPath(command: string, folder: string, env: NodeJS.ProcessEnv): string[] {
  const windows = process.platform === "win32";
  const path = windows ? Object.entries(env).find(([name]) => name.toUpperCase() === "PATH")?.[1] : env.PATH;
  const extensions = windows ? ["", ".com", ".exe"] : [""];
  return (path ?? "/usr/local/bin:/bin:/usr/bin")
    .split(delimiter)
    .flatMap((entry) => extensions.map((extension) => join(resolve(folder, entry), command + extension)));
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
