// `npm run bench`: see docs/performance.md.
import { build, environmentForStarts, findGo, install, requireNode, root, run } from "./setup.mjs";

requireNode();
const { missing } = findGo();
if (missing) {
  process.stderr.write(`Go 1.24 or newer is needed, and ${missing}: what is measured is measured beside Go.\n`);
  process.exit(1);
}
install();
build();
const args = process.argv.slice(2);
run("build what is measured", process.execPath, ["bench/build.mjs", ...args], { quiet: true });
run("benchmark", process.execPath, [`${root}bench/.build/src/run.js`, ...args], { env: environmentForStarts() });
