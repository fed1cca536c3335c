import { readFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import type { Options } from "tsup";

type EsbuildPlugin = NonNullable<Options["esbuildPlugins"]>[number];

/**
 * Builds an entry point, and the modules that it exports from, as one file. esbuild would split them by
 * their other importers, and each file adds to every start. So the package's other entry points import them by their
 * public name.
 * @param entry relative to the package, for example `src/internal/index.ts`
 * @param publicName the entry point's name in `exports`, for example `@go-plugin/proto/internal`
 */
export function oneFile(entry: string, publicName: string): EsbuildPlugin {
  const file = resolve(entry);
  const modules = new Set(
    [...readFileSync(file, "utf8").matchAll(/^export (?!type )[^;]*? from "(\.[^"]+)\.js"/gm)].map(([, path]) =>
      resolve(dirname(file), `${path}.ts`),
    ),
  );
  return {
    name: `${publicName} is one file`,
    setup(build) {
      build.onResolve({ filter: /^\.\.?\/.*\.js$/ }, ({ path, importer }) => {
        const target = resolve(dirname(importer), path.replace(/\.js$/, ".ts"));
        const isInside = importer === file || modules.has(importer);
        if (isInside || (target !== file && !modules.has(target))) return;
        return { path: publicName, external: true, sideEffects: false };
      });
    },
  };
}
