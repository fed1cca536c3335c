// `npm run origins`: copies the repository's address from the package.json at the top, and the licence, into every
// package and into the files that name the address, also where it is a Go module's path.
import { execFileSync } from "node:child_process";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { root } from "../requirements.mjs";
import { addressIn, origin, repository } from "./manifest.js";
import { packageFolders } from "./pack.js";

const before = addressIn("packages/host");
if (before && before !== repository) {
  const options = { cwd: root, encoding: "utf8" } as const;
  const [from, to] = [before, repository].map((address) => address.replace("https://", "")) as [string, string];
  const files = execFileSync("git", ["grep", "--files-with-matches", "--fixed-strings", from], options);
  for (const file of files.trim().split("\n")) {
    writeFileSync(root + file, readFileSync(root + file, "utf8").replaceAll(from, to));
  }
}
for (const folder of [...packageFolders.map((name) => `packages/${name}`), "tools/gob-schema"]) {
  const path = `${root}${folder}/package.json`;
  const manifest = { ...(JSON.parse(readFileSync(path, "utf8")) as object), ...origin(folder) };
  writeFileSync(path, `${JSON.stringify(manifest, null, 2)}\n`);
  copyFileSync(`${root}LICENSE`, `${root}${folder}/LICENSE`);
}
