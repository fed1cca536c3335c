// `npm run tarballs -- <folder>`: packs every published package into a folder, for installation in another project.
import { mkdirSync } from "node:fs";
import { resolve } from "node:path";
import { pack } from "./pack.js";

const [folder] = process.argv.slice(2);
if (!folder) {
  process.stderr.write("expected the folder for the tarballs: npm run tarballs -- <folder>\n");
  process.exit(1);
}
mkdirSync(folder, { recursive: true });
for (const file of pack(resolve(folder)).values()) process.stdout.write(`${resolve(folder, file)}\n`);
