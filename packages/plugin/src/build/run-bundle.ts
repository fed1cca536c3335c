import type { Script } from "node:vm";

/** A plugin as one CommonJS function body, and V8's code cache of it. */
export interface CompiledBundle {
  readonly source: string;
  readonly cache: Buffer | undefined;
}

type Builtin = (id: string) => unknown;

/** The text before a bundle on its first line when it is run. */
export const bundlePrefix = "(function (exports, require, module, __filename, __dirname) {";

/**
 * Runs a bundle with its code cache. V8 ignores the cache of another version of Node.js. The text of this function is
 * written into the built file, so it uses nothing from outside.
 *
 * @param name the bundle's name in stack traces. V8 of Node.js 20 keeps the name that the code cache was made with.
 */
export function runBundle(
  builtin: Builtin,
  require: NodeJS.Require,
  file: string,
  source: string,
  cachedData: Buffer | undefined,
  name = file,
): Script {
  const { Script } = builtin("node:vm") as typeof import("node:vm");
  const { dirname } = builtin("node:path") as typeof import("node:path");
  const wrapped = `(function (exports, require, module, __filename, __dirname) {${source}\n})`;
  const script = new Script(wrapped, cachedData ? { filename: name, cachedData } : { filename: name });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, file, dirname(file));
  return script;
}

/** The Node.js that a code cache was made for. V8 itself compares version and flags, but not the machine. */
export const target = `${process.version} ${process.platform} ${process.arch}`;
