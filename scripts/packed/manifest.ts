import { readFileSync } from "node:fs";
import { root } from "../requirements.mjs";

/** The fields of a package.json that this repository reads. */
export interface Manifest {
  readonly name: string;
  readonly version: string;
  readonly private?: boolean;
  readonly description?: string;
  readonly license?: string;
  readonly keywords?: readonly string[];
  readonly repository?: string | { readonly type: string; readonly url: string; readonly directory: string };
  readonly homepage?: string;
  readonly bugs?: string;
  readonly engines?: { readonly node: string };
  readonly bin?: Readonly<Record<string, string>>;
  readonly exports?: Readonly<Record<string, unknown>>;
  readonly publishConfig?: { readonly access: string; readonly provenance: boolean };
}

/** The package.json of a folder of the repository. */
export function readManifest(folder: string): Manifest {
  return JSON.parse(readFileSync(`${root}${folder}/package.json`, "utf8")) as Manifest;
}

/** The repository's address. Its one source is the package.json at the top. */
export const repository = readManifest(".").repository as string;

/** The fields of every package.json that say where the package comes from. */
export function origin(folder: string): Partial<Manifest> {
  return {
    repository: { type: "git", url: `git+${repository}.git`, directory: folder },
    homepage: `${repository}/tree/main/${folder}#readme`,
    bugs: `${repository}/issues`,
    publishConfig: { access: "public", provenance: true },
  };
}

/** The address of a package in the repository. */
export function addressIn(folder: string): string | undefined {
  return readManifest(folder).bugs?.replace(/\/issues$/, "");
}
