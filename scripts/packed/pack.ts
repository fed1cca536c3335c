import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { root } from "../requirements.mjs";

/** `npm pack`'s report on a package. */
export interface Packed {
  readonly name: string;
  readonly filename: string;
  /** Bytes of the tarball. */
  readonly size: number;
  readonly files: readonly { readonly path: string; readonly size: number; readonly mode: number }[];
}

/** The folders in packages/ that are published. */
export const packageFolders: readonly string[] = readdirSync(`${root}packages`).filter(
  (name) =>
    !(JSON.parse(readFileSync(`${root}packages/${name}/package.json`, "utf8")) as { private?: boolean }).private,
);

/** Packs every package, or with `--dry-run` reports what it would pack. */
export function npmPack(...options: readonly string[]): readonly Packed[] {
  const folders = packageFolders.map((name) => `./packages/${name}`);
  const stdout = execFileSync("npm", ["pack", "--json", ...options, ...folders], {
    cwd: root,
    encoding: "utf8",
    maxBuffer: 1 << 26,
    shell: process.platform === "win32",
  });
  const packed: unknown = JSON.parse(stdout);
  // npm 11.7 and newer return an object with the package names as keys.
  return Object.values(packed as readonly Packed[]);
}

/** Packs every package into a folder. Returns the path of each tarball, relative to that folder. */
export function pack(folder: string): ReadonlyMap<string, string> {
  const packed = npmPack("--pack-destination", folder);
  return new Map(packed.map(({ name, filename }) => [name, `./${filename.replace("@", "").replace("/", "-")}`]));
}
