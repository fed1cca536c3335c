// Runs the tests that start processes on other versions of Node: `node scripts/test-other-nodes.mjs 22 24`.
import { existsSync } from "node:fs";
import { delimiter } from "node:path";
import { bin, environmentForStarts, root, run } from "./setup.mjs";

for (const major of process.argv.slice(2)) {
  const directory = `${root}.build/node-${major}`;
  const name = `node-${process.platform}-${process.arch}`;
  const binaries = `${directory}/node_modules/${name}/bin`;
  if (!existsSync(binaries)) {
    run(`install Node ${major}`, "npm", [
      "install",
      "--no-save",
      "--no-package-lock",
      "--prefix",
      directory,
      `${name}@${major}`,
    ]);
  }
  run(
    `fault and interop tests on Node ${major}`,
    `${binaries}/node`,
    [bin("vitest/vitest.mjs"), "run", "--project", "fault", "--project", "interop"],
    {
      env: { ...environmentForStarts(), PATH: `${binaries}${delimiter}${process.env.PATH}` },
    },
  );
}
