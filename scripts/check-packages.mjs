// What is published must be found, with its types, by every kind of importer; and hold no unused code.
import { readdirSync } from "node:fs";
import { bin, root, run } from "./setup.mjs";

for (const name of readdirSync(`${root}packages`)) {
  run(`publint ${name}`, process.execPath, [bin("publint/src/cli.js"), "--strict", `packages/${name}`]);
  // The oldest resolution knows no subpath exports; every Node that is supported does.
  run(`attw ${name}`, process.execPath, [
    bin("@arethetypeswrong/cli/dist/index.js"),
    "--pack",
    `packages/${name}`,
    "--profile",
    "node16",
    "--format",
    "ascii",
    "--quiet",
  ]);
}
run("knip", process.execPath, [bin("knip/bin/knip.js")]);
