// Runs the tests that start processes on another version of Node: `npm run test:node -- 22`.
import { delimiter } from "node:path";
import { otherNode, run } from "./processes.js";
import { root } from "./requirements.mjs";

const [version, ...rest] = process.argv.slice(2);
if (!version) throw new Error("expected a version of Node, such as 22");
const binaries = otherNode(version);
const projects = rest.length > 0 ? rest : ["--project", "fault", "--project", "interop"];
run(
  `fault and interop tests on Node ${version}`,
  `${binaries}/node`,
  [`${root}node_modules/vitest/vitest.mjs`, "run", ...projects],
  { env: { ...process.env, PATH: `${binaries}${delimiter}${process.env.PATH}` } },
);
