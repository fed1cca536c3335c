import { access, constants, readdir, stat } from "node:fs/promises";
import { join, resolve } from "node:path";
import { PluginError } from "./errors.js";

/**
 * Finds plugins: the executable files in `directory` whose name matches `pattern`, as absolute paths, sorted.
 * In the pattern `*` stands for any characters, `?` for one, `[a-z]` and `[^a-z]` for one of a set, and `\` (not on
 * Windows) takes the next character as it is; `/` separates folders. A folder that is not there or cannot be read holds
 * no plugins. Go: Discover, which does not look at whether a file can be executed.
 *
 * @throws {PluginError} `ERR_PLUGIN_OPTIONS` for a pattern that is not complete.
 */
export async function discover(pattern: string, directory: string): Promise<string[]> {
  const separator = process.platform === "win32" ? /[\\/]/ : "/";
  const names = pattern.split(separator).filter((name) => name !== "" && name !== ".");
  if (names.length === 0) throw malformed(pattern);
  const matchers = names.map((name) => (/[*?[\\]/.test(name) ? globMatcher([...name], pattern) : name));
  let found = [resolve(directory)];
  for (const matcher of matchers) {
    found = (await Promise.all(found.map((folder) => entriesOf(folder, matcher)))).flat();
  }
  const executable = await Promise.all(found.map(isExecutable));
  return found.filter((_, index) => executable[index]).sort();
}

async function entriesOf(folder: string, matcher: RegExp | string): Promise<string[]> {
  if (typeof matcher === "string") return [join(folder, matcher)];
  const names = await readdir(folder).catch(() => []);
  return names.filter((name) => matcher.test(name)).map((name) => join(folder, name));
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

const escapeCharacter = process.platform === "win32" ? undefined : "\\";

/** One name of a pattern, in the syntax of Go's filepath.Match, as a regular expression. */
function globMatcher(name: readonly string[], pattern: string): RegExp {
  let source = "";
  for (let at = 0; at < name.length; at++) {
    const character = name[at]!;
    if (character === "*") source += source.endsWith(".*") ? "" : ".*";
    else if (character === "?") source += ".";
    else if (character === "[") {
      const set = characterSet(name, at + 1);
      if (!set) throw malformed(pattern);
      source += set.source;
      at = set.end;
    } else if (character === escapeCharacter) {
      if (++at === name.length) throw malformed(pattern);
      source += literal(name[at]!);
    } else source += literal(character);
  }
  return new RegExp(`^${source}$`, "su");
}

/** The set that begins after a `[`; `end` is where its `]` stands. `undefined` if it is not complete. */
function characterSet(name: readonly string[], start: number): { source: string; end: number } | undefined {
  let at = start;
  const take = (): string | undefined => {
    if (name[at] === "-" || name[at] === "]") return undefined;
    if (name[at] === escapeCharacter) at++;
    return name[at++];
  };
  const negated = name[at] === "^";
  if (negated) at++;
  let ranges = "";
  let empty = true;
  for (; empty || name[at] !== "]"; empty = false) {
    const low = take();
    let high = low;
    if (name[at] === "-") {
      at++;
      high = take();
    }
    if (low === undefined || high === undefined) return undefined;
    if (low <= high) ranges += `${literal(low)}-${literal(high)}`;
  }
  return { source: `[${negated ? "^" : ""}${ranges}]`, end: at };
}

function literal(character: string): string {
  return /[\\^$.*+?()[\]{}|/-]/.test(character) ? `\\u{${character.codePointAt(0)!.toString(16)}}` : character;
}

function malformed(pattern: string): PluginError {
  return new PluginError(
    "ERR_PLUGIN_OPTIONS",
    `expected pattern to be a file name pattern such as "terraform-provider-*", got ${JSON.stringify(pattern)}`,
  );
}
