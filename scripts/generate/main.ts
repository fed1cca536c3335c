// Generates the committed code from its .proto files, and the schemas of Go types from their Go packages.
//   npm run generate              writes it
//   npm run generate -- --check   fails, naming the files, when what is committed differs
import { mkdtemp, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { root } from "../requirements.mjs";
import { generate } from "./generators.js";
import { jobs } from "./jobs.js";

/** Compares the files generated below `out` with those in the repository. */
async function check(out: string): Promise<void> {
  const entries = await readdir(out, { recursive: true, withFileTypes: true });
  const paths = entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name).slice(out.length + 1));
  const stale: string[] = [];
  for (const path of paths) {
    const generated = await readFile(join(out, path));
    const committed = await readFile(join(root, path)).catch(() => undefined);
    if (!committed || !generated.equals(committed)) stale.push(path);
  }
  if (stale.length > 0) {
    throw new Error(`not what their sources generate; run "npm run generate":\n  ${stale.join("\n  ")}`);
  }
  console.log(`${paths.length} generated files are up to date`);
}

const isCheck = process.argv.includes("--check");
const out = isCheck ? await mkdtemp(join(tmpdir(), "generate-")) : root;
try {
  for (const job of jobs) await generate(job, out);
  if (isCheck) await check(out);
} catch (error) {
  console.error(error instanceof Error ? error.message : error);
  process.exitCode = 1;
} finally {
  if (isCheck) await rm(out, { recursive: true });
}
