// `npm run bench`: see docs/performance.md.
import { environmentForStarts, run, runScript } from "./processes.js";
import { root } from "./requirements.mjs";

const args = process.argv.slice(2);
runScript("build");
run("build what is measured", process.execPath, ["--import", "tsx", "bench/build.ts", ...args], { quiet: true });
run("benchmark", process.execPath, [`${root}bench/.build/src/run.js`, ...args], { env: environmentForStarts() });
