import { access, constants, readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { matchesName, parseNamePattern } from "./discover/name-pattern.js";
import { PluginError } from "./errors.js";

/**
 * Finds plugins: the executable files in `directory` whose name matches `pattern`, as absolute paths, sorted.
 * In the pattern `*` matches any characters, `?` one, `[a-z]` and `[^a-z]` one of a set, and `\` (not on Windows) makes the
 * next character literal; `/` separates folders. A folder that does not exist or cannot be read holds no plugins.
 * Go: Discover, which also returns files that are not executable.
 *
 * @throws {PluginError} `ERR_PLUGIN_OPTIONS` for an incomplete pattern.
 *
 * @example
 * ```ts
 * for (const command of await discover("greeter-*", "./plugins")) await launch(greeterPlugins, { command });
 * ```
 */
export async function discover(pattern: string, directory: string): Promise<string[]> {
  const separator = process.platform === "win32" ? /[\\/]/ : "/";
  const names = pattern.split(separator).filter((name) => name !== "" && name !== ".");
  if (names.length === 0) throw malformed(pattern);
  const matchers = names.map((name) => {
    if (!/[*?[\\]/.test(name)) return name;
    const tokens = parseNamePattern(name);
    if (!tokens) throw malformed(pattern);
    return (candidate: string) => matchesName(tokens, candidate);
  });
  let found = [resolve(directory)];
  for (const matcher of matchers) {
    found = (await Promise.all(found.map((folder) => entriesOf(folder, matcher)))).flat();
  }
  const executable = await Promise.all(found.map(isExecutable));
  return found.filter((_, index) => executable[index]).sort();
}

async function entriesOf(folder: string, matcher: ((name: string) => boolean) | string): Promise<string[]> {
  if (typeof matcher === "string") return [join(folder, matcher)];
  const names = await readdir(folder).catch(() => []);
  return names.filter(matcher).map((name) => join(folder, name));
}

async function isExecutable(path: string): Promise<boolean> {
  try {
    if (!(await stat(path)).isFile()) return false;
    if (process.platform === "win32") return /\.(exe|com|bat|cmd)$/i.test(path);
    await access(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function malformed(pattern: string): PluginError {
  return new PluginError(
    "ERR_PLUGIN_OPTIONS",
    `expected pattern to be a file name pattern such as "terraform-provider-*", got ${JSON.stringify(pattern)}`,
  );
}
