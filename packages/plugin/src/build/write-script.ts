import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type CompiledBundle, runBundle, target } from "./run-bundle.js";

// The bundle and the cache are a comment of the script, which the bundle must not end.
const [begin, end] = ["\n/*:\n", "\n*/\n"];
const [endOfComment, escaped] = ["*/", "*\x01/"];

const shebang = "#!/bin/sh\n";

/**
 * What a shell runs of the file: a Node.js that reads the loader out of it. Node.js would read a file as a program to
 * the end of that comment, which takes longer than all that the loader does. To JavaScript the second line is a string.
 */
const head = `${shebang}":" //;exec node -e 'const bytes=require("fs").readFileSync(process.argv[1]);eval(bytes.latin1Slice(${shebang.length},bytes.indexOf(${JSON.stringify(begin)})))' "$0" "$@"
`;

/** Where the parts of the file are, in bytes from its end. */
interface Parts {
  readonly source: number;
  readonly cache: number;
  readonly end: number;
  /** For which Node.js the cache was made. */
  readonly target: string;
}

/**
 * Runs what follows it in its own file. It is written into the file as text, and uses nothing from outside.
 *
 * @param scriptRequire `require` of the file, where Node.js runs it as CommonJS.
 * @param read the file's bytes, if they have been read.
 */
function start(
  run: typeof runBundle,
  parts: Parts,
  builtin: (id: string) => unknown,
  scriptRequire: NodeJS.Require | undefined,
  read: Buffer | undefined,
): void {
  const { readFileSync, realpathSync } = builtin("node:fs") as typeof import("node:fs");
  const { createRequire } = builtin("node:module") as typeof import("node:module");
  const { resolve } = builtin("node:path") as typeof import("node:path");
  if (!scriptRequire) process.argv[1] = resolve(process.argv[1]!);
  const file = scriptRequire ? __filename : realpathSync.native(process.argv[1]!);
  const bytes = read ?? readFileSync(file);
  const part = (from: number, to: number) => bytes.toString("latin1", bytes.length - from, bytes.length - to);
  const source = part(parts.source, parts.cache).replaceAll("*\x01/", "*/");
  const isOurs = parts.target === `${process.version} ${process.platform} ${process.arch}`;
  const cache = isOurs ? Buffer.from(part(parts.cache, parts.end), "base64") : undefined;
  run(builtin, scriptRequire ?? createRequire(file), file, source, cache);
}

const isScript = 'typeof __filename === "string" && __filename !== "[eval]"';

/**
 * Writes a script that runs on the Node.js that is installed, started by itself or by `node`. Behind the loader it is a
 * comment: the bundle, then the code cache.
 */
export async function writeScript({ source, cache }: CompiledBundle, outfile: string): Promise<void> {
  const bundle = source.replaceAll(endOfComment, escaped);
  const encoded = `\n${(cache ?? Buffer.alloc(0)).toString("base64")}`;
  const parts: Parts = {
    source: bundle.length + encoded.length + end.length,
    cache: encoded.length + end.length,
    end: end.length,
    target: cache ? target : "",
  };
  const arguments_ = [
    runBundle,
    JSON.stringify(parts),
    "process.getBuiltinModule ?? require",
    `${isScript} ? require : undefined`,
    'typeof bytes === "object" ? bytes : undefined',
  ];
  const loader = `;(${start})(${arguments_.join(", ")});`;
  await mkdir(dirname(outfile), { recursive: true });
  await writeFile(outfile, `${head}${loader}${begin}${bundle}${encoded}${end}`);
  await chmod(outfile, 0o755);
}
