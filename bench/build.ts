// Builds the programs to measure into .build: Go's, ours on the built packages, and our plugin as a packaged file.
import { execFileSync } from "node:child_process";
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const directory = fileURLToPath(new URL(".", import.meta.url));
const out = `${directory}.build`;
const run = (cwd: string, command: string, ...args: string[]) =>
  execFileSync(command, args, { cwd, stdio: ["ignore", "inherit", "inherit"] });

rmSync(out, { recursive: true, force: true });
const programs = ["host", "plugin", "grpc-js-plugin", "streams", "gob", "scaling", "scaling-plugin"].map(
  (name) => `programs/${name}`,
);
await build({
  entryPoints: [...programs, "src/run"].map((name) => `${directory}${name}.ts`),
  outdir: out,
  outbase: directory,
  bundle: true,
  splitting: true,
  packages: "external",
  platform: "node",
  format: "esm",
  target: "node20",
});
run(`${directory}go`, "go", "build", "-o", `${out}/go/`, "./host", "./plugin", "./streams");
run(`${directory}../interop`, "go", "build", "-o", `${out}/go/`, "./programs/gob-driver");

// As where plugins are installed: below this folder's package.json the file would be an ES module, which takes longer
// to load.
mkdirSync(`${out}/packaged`);
writeFileSync(`${out}/packaged/package.json`, "{}");
const packager = `${directory}../packages/plugin/dist/build/cli.js`;
run(directory, process.execPath, packager, "programs/plugin.ts", "--outfile", `${out}/packaged/plugin`);
if (!process.argv.includes("--smoke")) {
  const outfile = `${out}/packaged/plugin-executable`;
  run(directory, process.execPath, packager, "programs/plugin.ts", "--outfile", outfile, "--executable");
}
