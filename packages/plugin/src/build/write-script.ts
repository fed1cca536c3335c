import { chmod, mkdir, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { type CompiledBundle, runBundle, target } from "./run-bundle.js";

// Bundle and cache are a comment of the script, so the bundle must not contain the end of a comment.
const [begin, end] = ["\n/*:\n", "\n*/\n"];
const [endOfComment, escaped] = ["*/", "*\x01/"];

const shebang = "#!/bin/sh\n";

/**
 * The part of the file that a shell runs: it starts a Node.js that evaluates the loader. Running the whole file would make
 * Node.js scan the comment to its end, which takes longer than the loader. To JavaScript the second line is a string.
 */
const head = `${shebang}":" //;exec node -e 'const bytes=require("fs").readFileSync(process.argv[1]);eval(bytes.latin1Slice(${shebang.length},bytes.indexOf(${JSON.stringify(begin)})))' "$0" "$@"
`;

/** Positions of the parts, in bytes from the end of the file. */
interface Parts {
  readonly source: number;
  readonly cache: number;
  readonly end: number;
  /** The Node.js that the cache was made for. */
  readonly target: string;
}

/**
 * Runs the bundle in its own file. Its text is written into that file, so it uses nothing from outside.
 *
 * @param scriptRequire `require` of the file, if Node.js runs it as CommonJS.
 * @param read the file's bytes, if they have been read already.
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
 * Writes a script for the installed Node.js, which can be executed or run by `node`. Behind the loader follows a comment
 * with the bundle and the code cache. On Windows, which knows no shebang, a .cmd
 * beside it makes it a command.
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
  if (process.platform === "win32") await writeFile(`${outfile}.cmd`, '@node "%~dpn0" %*\r\n');
}
