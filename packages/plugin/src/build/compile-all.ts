import { execFile } from "node:child_process";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import type { Rehearsed } from "./rehearse.js";

/**
 * Compiles every function of a bundle that cannot be rehearsed: running a host could do anything. The cache is twice as
 * large as a rehearsed one, and saves as much time.
 *
 * @param name what stack traces are to call the bundle.
 */
export async function compileAll(source: string, name: string, folder: string): Promise<Rehearsed> {
  const [bundle, cache] = [join(folder, "bundle.cjs"), join(folder, "cache")];
  await writeFile(bundle, source);
  const program = fileURLToPath(new URL("./compilation.js", import.meta.url));
  await promisify(execFile)(process.execPath, [program, bundle, cache, name]);
  return { cache: await readFile(cache), warnings: [] };
}
