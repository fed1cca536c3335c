// What is published must be found, with its types, by every kind of importer; and hold no unused code.
import { readdirSync } from "node:fs";
import { bin, root, runTogether } from "./setup.mjs";

const attw = bin("@arethetypeswrong/cli/dist/index.js");
// The oldest resolution knows no subpath exports; every Node that is supported does.
const attwOptions = ["--profile", "node16", "--format", "ascii", "--quiet"];

await runTogether([
  ["knip", [bin("knip/bin/knip.js")]],
  ...readdirSync(`${root}packages`).flatMap((name) => [
    [`attw ${name}`, [attw, "--pack", `packages/${name}`, ...attwOptions]],
    [`publint ${name}`, [bin("publint/src/cli.js"), "--strict", `packages/${name}`]],
  ]),
]);
