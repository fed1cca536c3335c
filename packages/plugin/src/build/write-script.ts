import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import type { CompiledBundle } from "./build-plugin.js";
import { runBundle, target } from "./run-bundle.js";

/** How each line of the bundle begins in the file, so that it is a comment there. */
const comment = "\n//:";

/** Where the parts of the file are, in bytes from its end. */
interface Parts {
  readonly source: number;
  readonly cache: number;
  /** For which Node.js the cache was made. */
  readonly target: string;
}

/**
 * Runs what follows it in its own file. It is written into the file as text, and uses nothing from outside; it runs as
 * CommonJS, and as an ES module where a package.json says that scripts are such.
 */
function start(
  run: typeof runBundle,
  parts: Parts,
  builtin: (id: string) => unknown,
  ownRequire: NodeJS.Require | undefined,
): void {
  const file = ownRequire ? __filename : process.argv[1]!;
  const { readFileSync } = builtin("node:fs") as typeof import("node:fs");
  const { createRequire } = builtin("node:module") as typeof import("node:module");
  const bytes = readFileSync(file);
  const part = (from: number, to: number) => bytes.toString("latin1", bytes.length - from, bytes.length - to);
  const source = part(parts.source, parts.cache + 4).replaceAll("\n//:", "\n");
  const isOurs = parts.target === `${process.version} ${process.platform} ${process.arch}`;
  const cache = isOurs ? Buffer.from(part(parts.cache, 0), "base64") : undefined;
  run(builtin, ownRequire ?? createRequire(file), file, source, cache);
}

const requires = 'process.getBuiltinModule ?? require, typeof require === "function" ? require : undefined';

/**
 * Writes a script that runs on the Node.js that is installed. Its last lines are comments: the bundle, then the code
 * cache.
 */
export async function writeScript({ source, cache }: CompiledBundle, outfile: string): Promise<void> {
  const commented = source.replaceAll("\n", comment);
  const encoded = (cache ?? Buffer.alloc(0)).toString("base64");
  const parts: Parts = {
    source: commented.length + comment.length + encoded.length,
    cache: encoded.length,
    target: cache ? target : "",
  };
  const loader = `(${start})(${runBundle}, ${JSON.stringify(parts)}, ${requires});`;
  await mkdir(dirname(outfile), { recursive: true });
  await writeFile(outfile, `#!/usr/bin/env node\n${loader}${comment}${commented}${comment}${encoded}`);
  await chmod(outfile, 0o755);
}
