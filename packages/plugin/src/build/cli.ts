#!/usr/bin/env node
import { basename, extname } from "node:path";
import { parseArgs } from "node:util";
import { buildProgram } from "./build-program.js";
import { BuildError } from "./errors.js";

/** Bun's targets; it has variants too, such as linux-x64-baseline. */
const targets = ["linux-x64", "linux-arm64", "linux-x64-musl", "darwin-arm64", "windows-x64"];

const usage = `go-plugin-build <entry> [options]

Bundles a plugin or a host into one executable file that starts quickly: with a V8 code cache, or as bytecode of Bun.

  --outfile <path>   the file to write; default: dist/ and the entry's name
  --executable       a single executable application, which needs no Node.js where it runs
  --runtime <name>   node (the default), or bun: an executable that starts in half the time, and needs nothing
  --target <name>    with --runtime bun, the platform to build for, such as ${targets.join(", ")};
                     default: this one
  --sourcemap        write <outfile>.map as well: stack traces then name the places in the sources; Bun always has it inside
  --external <name>  a package to leave out of the bundle, to be found in node_modules; may be repeated
  --help
`;

main().catch((error: unknown) => {
  process.stderr.write(`${error instanceof BuildError ? error.message : (error as Error).stack}\n`);
  process.exitCode = 1;
});

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      outfile: { type: "string" },
      executable: { type: "boolean", default: false },
      runtime: { type: "string", default: "node" },
      target: { type: "string" },
      sourcemap: { type: "boolean", default: false },
      external: { type: "string", multiple: true, default: [] },
      help: { type: "boolean", default: false },
    },
  });
  const [entry] = positionals;
  if (values.help || entry === undefined || positionals.length > 1) {
    (values.help ? process.stdout : process.stderr).write(usage);
    process.exitCode = values.help ? 0 : 1;
    return;
  }
  const { runtime, target } = values;
  if (runtime !== "node" && runtime !== "bun") {
    throw new BuildError("ERR_BUILD_OPTIONS", `--runtime: expected node or bun, got ${JSON.stringify(runtime)}`);
  }
  if (target !== undefined && runtime !== "bun") {
    throw new BuildError(
      "ERR_BUILD_OPTIONS",
      "--target needs --runtime bun: Node.js makes executables for its own platform",
    );
  }
  if (target !== undefined && !/^(linux|darwin|windows)-(x64|arm64)(-[a-z]+)*$/.test(target)) {
    throw new BuildError(
      "ERR_BUILD_OPTIONS",
      `--target: expected a platform such as ${targets.join(", ")}, got ${JSON.stringify(target)}`,
    );
  }
  const outfile = values.outfile ?? `dist/${basename(entry, extname(entry))}`;
  const { warnings } = await buildProgram({ ...values, runtime, entry, outfile });
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
}
