// `npm run test:windows`: runs test/windows on Windows, or on Wine. `npm run build` comes first.
import { mkdirSync, readdirSync, readFileSync } from "node:fs";
import { build } from "esbuild";
import buildFixtures from "../../test/src/build-fixtures.js";
import { run } from "../processes.js";
import { root } from "../requirements.mjs";
import { missingWine, runOnWindows, setUpWine } from "./wine.js";

const programs = {
  "greeter-host": ["examples/greeter/go", "./host"],
  "greeter-plugin": ["examples/greeter/go", "./plugin"],
  "greeter-netrpc-host": ["examples/greeter/go", "./netrpc/host"],
  "greeter-netrpc-plugin": ["examples/greeter/go", "./netrpc/plugin"],
  "greeter-logger-host": ["examples/greeter-logger/go", "./host"],
  "greeter-logger-plugin": ["examples/greeter-logger/go", "./plugin"],
  "greeter-logger-netrpc-host": ["examples/greeter-logger/go", "./netrpc/host"],
  "greeter-logger-netrpc-plugin": ["examples/greeter-logger/go", "./netrpc/plugin"],
  "kv-plugin": ["interop", "./programs/kv-plugin"],
} as const;

const missing = missingWine();
if (missing) throw new Error(`expected Windows or Wine, but ${missing}`);
const { version } = JSON.parse(readFileSync(`${root}node_modules/esbuild/package.json`, "utf8")) as { version: string };
setUpWine(version);

const out = `${root}.build/windows/programs`;
mkdirSync(out, { recursive: true });
for (const [name, [module, folder]] of Object.entries(programs)) {
  run(`go build ${name}.exe`, "go", ["build", "-o", `${out}/${name}.exe`, folder], {
    cwd: root + module,
    quiet: true,
    env: { ...process.env, GOOS: "windows", GOARCH: "amd64", CGO_ENABLED: "0" },
  });
}

await buildFixtures();
const packages = readdirSync(`${root}packages`).flatMap((name) => [`@go-plugin/${name}`, `@go-plugin/${name}/*`]);
await build({
  entryPoints: readdirSync(`${root}test/windows`).map((name) => `${root}test/windows/${name}`),
  outdir: `${root}test/.build/windows`,
  bundle: true,
  packages: "external",
  external: packages,
  platform: "node",
  format: "esm",
  target: "node20",
});
const tests = readdirSync(`${root}test/windows`).filter((name) => name.endsWith(".test.ts"));
let passed = true;
for (const name of tests) {
  process.stdout.write(`\n── ${name}\n`);
  if (!(await runOnWindows([`test/.build/windows/${name.replace(/ts$/, "js")}`, ...process.argv.slice(2)], 300_000)))
    passed = false;
}
if (!passed) process.exitCode = 1;
