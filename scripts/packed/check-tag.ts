// `npm run release:check-tag -- v1.2.3`: fails unless every package has the tag's version.
import { readManifest } from "./manifest.js";
import { packageFolders } from "./pack.js";

const [tag] = process.argv.slice(2);
const wrong = packageFolders
  .map((folder) => readManifest(`packages/${folder}`))
  .filter(({ version }) => `v${version}` !== tag)
  .map(({ name, version }) => `${name} is ${version}`);
if (wrong.length > 0) {
  process.stderr.write(`expected every package to have the version of the tag ${tag}, but ${wrong.join(", ")}\n`);
  process.exit(1);
}
