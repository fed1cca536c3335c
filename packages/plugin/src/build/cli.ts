#!/usr/bin/env node
import { basename, extname } from "node:path";
import { parseArgs } from "node:util";
import { buildPlugin } from "./build-plugin.js";
import { BuildError } from "./errors.js";

const usage = `go-plugin-build <entry> [options]

Bundles a plugin into one executable file that any host can start, with a V8 code cache for a quick start.

  --outfile <path>   the file to write; default: dist/ and the entry's name
  --executable       a single executable application, which needs no Node.js where it runs
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
  const outfile = values.outfile ?? `dist/${basename(entry, extname(entry))}`;
  const { warnings } = await buildPlugin({ ...values, entry, outfile });
  for (const warning of warnings) process.stderr.write(`warning: ${warning}\n`);
}
