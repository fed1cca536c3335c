import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, extname, join } from "node:path";
import { bundle } from "./bundle.js";
import { compileAll } from "./compile-all.js";
import { rehearse } from "./rehearse.js";
import { type BunOptions, writeBunExecutable } from "./write-bun-executable.js";
import { writeExecutable } from "./write-executable.js";
import { writeScript } from "./write-script.js";

export interface BuildOptions extends BunOptions {
  readonly runtime: "node" | "bun";
  /** Makes a single executable application, instead of a script for the installed Node.js. */
  readonly executable: boolean;
}

/**
 * Turns a plugin or a host into one file that starts quickly.
 *
 * @throws {BuildError} when it cannot be bundled, or when a tool is missing.
 */
export async function buildProgram(options: BuildOptions): Promise<{ readonly warnings: readonly string[] }> {
  const folder = await mkdtemp(join(tmpdir(), "go-plugin-build-"));
  try {
    if (options.runtime === "bun") {
      await writeBunExecutable(options, folder);
      return { warnings: [] };
    }
    const { source, map, isPlugin } = await bundle(options);
    const { cache, warnings } = await (isPlugin ? rehearse : compileAll)(source, basename(options.outfile), folder);
    const outfile = options.executable ? executableName(options.outfile) : options.outfile;
    await (options.executable
      ? writeExecutable({ source, cache }, outfile, folder)
      : writeScript({ source, cache }, outfile));
    if (map !== undefined) await writeFile(`${outfile}.map`, map);
    return { warnings };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Windows runs files whose names end in .exe. */
function executableName(outfile: string): string {
  return process.platform === "win32" && extname(outfile) !== ".exe" ? `${outfile}.exe` : outfile;
}
