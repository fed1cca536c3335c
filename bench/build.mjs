// Builds the programs that are measured into .build: Go's, and ours on the packages as they are built.
import { execFileSync } from "node:child_process";
import { rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const directory = fileURLToPath(new URL(".", import.meta.url));
const programs = ["host", "plugin", "grpc-js-plugin", "streams", "gob"].map((name) => `programs/${name}`);

rmSync(`${directory}.build`, { recursive: true, force: true });
await build({
  entryPoints: [...programs, "src/run"].map((name) => `${directory}${name}.ts`),
  outdir: `${directory}.build`,
  outbase: directory,
  bundle: true,
  splitting: true,
  packages: "external",
  // The repository's own leads to the sources.
  tsconfigRaw: {},
  platform: "node",
  format: "esm",
  target: "node20",
});
execFileSync("go", ["build", "-o", "../.build/go/", "./host", "./plugin", "./streams"], { cwd: `${directory}go` });
