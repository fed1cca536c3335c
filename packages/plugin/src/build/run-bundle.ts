import type { Script } from "node:vm";

/** A plugin as one CommonJS function body, and V8's code cache of it. */
export interface CompiledBundle {
  readonly source: string;
  readonly cache: Buffer | undefined;
}

type Builtin = (id: string) => unknown;

/**
 * Runs a bundle, as far as V8 takes the cache without compiling; a cache of another version of Node.js is of no use to
 * it, and does no harm. This function is written into what is built, as text: it uses nothing from outside.
 *
 * @param name what stack traces call the bundle. That of a code cache is the one that V8 of Node.js 20 goes on using.
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

/** Says for which Node.js a code cache was made; V8 itself compares its version and its flags, but not the machine. */
export const target = `${process.version} ${process.platform} ${process.arch}`;
