import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";
import { BuildError } from "./errors.js";
import { type CompiledBundle, runBundle } from "./run-bundle.js";

const run = promisify(execFile);

/** Marks the place in Node's executable where an application is injected. */
const fuse = "NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2";

/** Main script of the executable: runs its assets. Its text is written into the executable. */
function start(run: typeof runBundle, builtin: NodeJS.Require): void {
  const { getRawAsset } = builtin("node:sea") as { getRawAsset(name: string): ArrayBuffer };
  const source = Buffer.from(getRawAsset("source")).toString("latin1");
  const cache = Buffer.from(getRawAsset("cache"));
  run(builtin, builtin, process.execPath, source, cache.length > 0 ? cache : undefined);
}

/** Writes a copy of the running Node.js with the plugin inside. */
export async function writeExecutable(
  { source, cache }: CompiledBundle,
  outfile: string,
  folder: string,
): Promise<void> {
  const { inject } = await loadPostject();
  const file = (name: string) => join(folder, name);
  await writeFile(file("source"), source);
  await writeFile(file("cache"), cache ?? "");
  await writeFile(file("main.cjs"), `(${start})(${runBundle}, require);`);
  const config = {
    main: file("main.cjs"),
    output: file("blob"),
    disableExperimentalSEAWarning: true,
    assets: { source: file("source"), cache: file("cache") },
  };
  await writeFile(file("config.json"), JSON.stringify(config));
  try {
    await run(process.execPath, ["--experimental-sea-config", file("config.json")]);
    await mkdir(dirname(outfile), { recursive: true });
    await copyFile(process.execPath, outfile);
    await inject(outfile, "NODE_SEA_BLOB", await readFile(file("blob")), {
      sentinelFuse: fuse,
      ...(process.platform === "darwin" && { machoSegmentName: "NODE_SEA" }),
    });
  } catch (cause) {
    throw new BuildError(
      "ERR_BUILD_EXECUTABLE",
      `${process.execPath} (${process.version}) could not be made a single executable application: ${(cause as Error).message}`,
      { cause },
    );
  }
  await chmod(outfile, 0o755);
}

async function loadPostject(): Promise<typeof import("postject")> {
  try {
    return await import("postject");
  } catch (cause) {
    throw new BuildError("ERR_BUILD_MISSING", "--executable needs postject: npm install --save-dev postject", {
      cause,
    });
  }
}
