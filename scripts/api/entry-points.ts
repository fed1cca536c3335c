import { readFileSync } from "node:fs";
import { packageFolders } from "../packed/pack.js";
import { root } from "../requirements.mjs";

/** A path that users import from a published package. */
export interface EntryPoint {
  /** The import specifier, for example `@go-plugin/grpc/health`. */
  readonly specifier: string;
  /** The package's folder in packages/. */
  readonly folder: string;
  /** `index`, or the subpath's name. */
  readonly name: string;
  /** Its source, relative to the repository. */
  readonly source: string;
  /** Its built declarations, relative to the repository. */
  readonly declarations: string;
}

interface Manifest {
  readonly name: string;
  readonly exports: Readonly<Record<string, string | { readonly import: { readonly types: string } }>>;
}

/** The entry points that semver covers: every entry of `exports` except `./internal`. */
export const entryPoints: readonly EntryPoint[] = packageFolders.flatMap((folder) => {
  const path = `packages/${folder}`;
  const manifest = JSON.parse(readFileSync(`${root}${path}/package.json`, "utf8")) as Manifest;
  return Object.entries(manifest.exports).flatMap(([subpath, target]) => {
    if (typeof target === "string" || subpath === "./internal") return [];
    const declarations = target.import.types.replace("./", `${path}/`);
    return {
      specifier: subpath.replace(".", manifest.name),
      folder,
      name: subpath === "." ? "index" : subpath.slice("./".length),
      source: declarations.replace("/dist/", "/src/").replace(".d.ts", ".ts"),
      declarations,
    };
  });
});
