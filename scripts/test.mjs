// `npm test`: everything that a change has to pass, from a fresh clone.
import { bin, build, environmentForStarts, findGo, install, requireNode, run, runTogether } from "./setup.mjs";

requireNode();
const { missing } = findGo();
if (missing) {
  process.stderr.write(
    `Go 1.24 or newer is needed, and ${missing}: the interop tests build and run HashiCorp's own Go programs.\n` +
      "Install Go from https://go.dev/dl and run npm test again.\n",
  );
  process.exit(1);
}
install();
build();
await runTogether([
  ["types", [bin("typescript/bin/tsc"), "--noEmit"]],
  ["lint and format", [bin("@biomejs/biome/bin/biome"), "check", "--error-on-warnings", "."]],
  ["generated code", ["scripts/generate.mjs", "--check"]],
  ["pages", ["scripts/check-docs.mjs"]],
]);
run("packages", process.execPath, ["scripts/check-packages.mjs"]);
run("tests", process.execPath, [bin("vitest/vitest.mjs"), "run"], { env: environmentForStarts() });
run("benchmark", process.execPath, ["scripts/bench.mjs", "--smoke"]);
run("demo", process.execPath, ["scripts/demo.mjs"]);
process.stdout.write("\nAll passed.\n");
