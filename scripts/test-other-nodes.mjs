// Runs the tests that start processes on other versions of Node: `node scripts/test-other-nodes.mjs 22 24`.
import { delimiter } from "node:path";
import { bin, environmentForStarts, otherNode, run } from "./setup.mjs";

for (const major of process.argv.slice(2)) {
  const binaries = otherNode(major);
  run(
    `fault and interop tests on Node ${major}`,
    `${binaries}/node`,
    [bin("vitest/vitest.mjs"), "run", "--project", "fault", "--project", "interop"],
    {
      env: { ...environmentForStarts(), PATH: `${binaries}${delimiter}${process.env.PATH}` },
    },
  );
}
