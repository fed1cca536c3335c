import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { type BundleOptions, bundle } from "./bundle.js";
import { rehearse } from "./rehearse.js";
import { writeExecutable } from "./write-executable.js";
import { writeScript } from "./write-script.js";

export interface BuildOptions extends BundleOptions {
  /** The file to write. */
  readonly outfile: string;
  /** If true, makes a single executable application instead of a script for the installed Node.js. */
  readonly executable: boolean;
}

/**
 * Turns a plugin into one file that any host can start.
 *
 * @throws {BuildError} when the plugin cannot be bundled, or a tool is missing.
 */
export async function buildPlugin(options: BuildOptions): Promise<{ readonly warnings: readonly string[] }> {
  const folder = await mkdtemp(join(tmpdir(), "go-plugin-build-"));
  try {
    const source = await bundle(options);
    const { cache, warnings } = await rehearse(source, basename(options.outfile), folder);
    if (options.executable) await writeExecutable({ source, cache }, options.outfile, folder);
    else await writeScript({ source, cache }, options.outfile);
    return { warnings };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
