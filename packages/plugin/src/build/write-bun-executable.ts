import { execFile } from "node:child_process";
import { copyFile, mkdir, readdir } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, extname, join, resolve } from "node:path";
import { promisify } from "node:util";
import type { BundleOptions } from "./bundle.js";
import { BuildError } from "./errors.js";

const run = promisify(execFile);

export interface BunOptions extends BundleOptions {
  /** The file to write. */
  readonly outfile: string;
  /** The platform that it is for, such as `linux-arm64`. @default this one */
  readonly target?: string | undefined;
}

/**
 * Writes a copy of Bun with the program inside, compiled to bytecode. Bun bundles the program itself, so stack traces
 * show the places in the sources. Bytecode makes the start quick, and exists for CommonJS alone.
 */
export async function writeBunExecutable(
  { entry, outfile, external, target }: BunOptions,
  folder: string,
): Promise<void> {
  const bun = findBun(entry);
  const compiled = join(folder, "program");
  const args = [
    ...["build", "--compile", "--bytecode", "--format=cjs", "--minify-whitespace", "--minify-syntax"],
    // Into the executable; the file that Bun also writes beside it is not needed to run it.
    "--sourcemap=inline",
    ...(target ? [`--target=bun-${target}`] : []),
    ...[...external, ...missingPackages(entry)].flatMap((name) => ["--external", name]),
    entry,
    "--outfile",
    compiled,
  ];
  try {
    await run(bun, args, { maxBuffer: 1 << 26 });
  } catch (error) {
    throw bunError(entry, bun, error as Error & { readonly stderr?: string });
  }
  // Bun appends .exe on Windows.
  const name = (await readdir(folder)).find((file) => /^program(\.exe)?$/.test(file))!;
  const path = extname(outfile) === extname(name) ? outfile : `${outfile}${extname(name)}`;
  await mkdir(dirname(path), { recursive: true });
  await copyFile(join(folder, name), path);
}

/** The Bun that the project has installed from npm, else the one on the PATH. */
function findBun(entry: string): string {
  try {
    return join(dirname(createRequire(resolve(entry)).resolve("bun/package.json")), "bin/bun.exe");
  } catch {
    return "bun";
  }
}

/** Packages that our code loads only on demand, and that Bun would miss at the build. */
function missingPackages(entry: string): readonly string[] {
  try {
    createRequire(resolve(entry)).resolve("@grpc/grpc-js");
    return [];
  } catch {
    return ["@grpc/grpc-js"];
  }
}

function bunError(entry: string, bun: string, cause: Error & { readonly code?: unknown; readonly stderr?: string }) {
  if (cause.code === "ENOENT") {
    return new BuildError("ERR_BUILD_MISSING", "--runtime bun needs Bun 1.4 or newer: npm install --save-dev bun", {
      cause,
    });
  }
  const reason = cause.stderr?.trim() || cause.message;
  const topLevelAwait = /top-level await|await.*async/i.test(reason)
    ? "\nBytecode is for CommonJS, which has no top-level await: call serve(…) without it, or from an async function."
    : "";
  return new BuildError("ERR_BUILD_EXECUTABLE", `${entry} could not be compiled by ${bun}: ${reason}${topLevelAwait}`, {
    cause,
  });
}
