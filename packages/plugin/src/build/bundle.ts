import { resolve } from "node:path";
import type { BuildOptions as EsbuildOptions, Plugin } from "esbuild";
import { BuildError } from "./errors.js";
import { mapStackTraces } from "./map-stack-traces.js";
import { bundlePrefix } from "./run-bundle.js";

/** Replaces `import.meta.url`, which is empty in CommonJS. */
const importMetaUrl = "__go_plugin_import_meta_url";

/** The input of a bundle. */
export interface BundleOptions {
  /** The program's source: for a plugin the file that calls `serve`. */
  readonly entry: string;
  /** Packages that are not bundled. */
  readonly external: readonly string[];
  /** Makes stack traces name the places in the sources. */
  readonly sourcemap: boolean;
}

export interface Bundle {
  /** The program and all that it imports as one CommonJS function body, in ASCII. */
  readonly source: string;
  /** The source map, which belongs beside the built file as `<file>.map`, if one was asked for. */
  readonly map: string | undefined;
  /** The program can serve a plugin. If false, it is a host or another program. */
  readonly isPlugin: boolean;
}

export async function bundle({ entry, external, sourcemap }: BundleOptions): Promise<Bundle> {
  const { build } = await import("esbuild").catch((cause: unknown) => {
    throw new BuildError("ERR_BUILD_MISSING", "go-plugin-build needs esbuild: npm install --save-dev esbuild", {
      cause,
    });
  });
  let isPlugin = false;
  /** Finds out if a program can serve a plugin. */
  const findServe: Plugin = {
    name: "find-serve",
    setup(build) {
      build.onResolve({ filter: /^@go-plugin\/plugin$/ }, () => {
        isPlugin = true;
        return undefined;
      });
    },
  };
  const options = {
    entryPoints: [entry],
    write: false,
    bundle: true,
    metafile: true,
    platform: "node",
    format: "cjs",
    target: `node${process.versions.node}`,
    external: [...external],
    plugins: [withoutGrpcJs, findServe],
    define: { "import.meta.url": importMetaUrl },
    // A vm.Script has no import() of its own.
    supported: { "dynamic-import": false },
    minifyWhitespace: true,
    minifySyntax: true,
    // Node.js prints the whole line of an uncaught error.
    lineLimit: 120,
    // Paths in the map are relative to it, and shown from the folder of the build.
    ...(sourcemap && { sourcemap: "external", sourcesContent: false, outfile: "bundle.js" }),
    logLevel: "silent",
  } as const satisfies EsbuildOptions;
  try {
    let { outputFiles, metafile } = await build(options);
    const theirs = Object.keys(metafile.inputs).find((path) => path.endsWith("/protobufjs/minimal.js"));
    if (theirs !== undefined) {
      ({ outputFiles } = await build({ ...options, plugins: [...options.plugins, sharedProtobufjs(resolve(theirs))] }));
    }
    const map = outputFiles.find(({ path }) => path.endsWith(".map"))?.text;
    // The line stays, so that the map's numbers do.
    const code = outputFiles
      .at(-1)!
      .text.replace(/^#!.*(?=\n)/, "")
      .trimEnd();
    const place = code.includes(importMetaUrl)
      ? `"use strict";const ${importMetaUrl}=require("node:url").pathToFileURL(__filename).href;`
      : "";
    const prefix = map === undefined ? place : place + mapping(place);
    return { source: prefix + code, map, isPlugin };
  } catch (error) {
    throw bundleError(entry, error as Error);
  }
}

/** Shares one protobufjs runtime with a plugin that uses protobufjs for its own messages: the plugin's, at this path. */
const sharedProtobufjs = (path: string): Plugin => ({
  name: "shared-protobufjs",
  setup(build) {
    build.onResolve({ filter: /^@go-plugin\/grpc\/protobufjs$/ }, () => ({ path }));
  },
});

/**
 * Leaves grpc-js out if it is not installed: only plugins that ask for a grpc-js client need it. esbuild resolves every
 * module, even those that it then drops as unused.
 */
const withoutGrpcJs: Plugin = {
  name: "without-grpc-js",
  setup(build) {
    build.onResolve({ filter: /^@(go-plugin\/grpc|grpc)\/grpc-js$/ }, async ({ path, kind, resolveDir }) => {
      if (kind !== "dynamic-import") return undefined;
      const { errors } = await build.resolve("@grpc/grpc-js", { kind: "import-statement", resolveDir });
      return errors.length > 0 ? { path, external: true } : undefined;
    });
  },
};

/** The code that maps stack traces. It stands on the bundle's first line, and so knows its own length. */
function mapping(place: string): string {
  const code = (indent: string) => `(${mapStackTraces})(require,__filename,${indent});`.replaceAll("\n", " ");
  const length = bundlePrefix.length + place.length + code("00000").length;
  return code(String(length).padStart(5));
}

function bundleError(entry: string, error: Error): BuildError {
  const topLevelAwait = /top-level await/i.test(error.message)
    ? "\nOne file starts as CommonJS, which has no top-level await: call serve(…) without it, or from an async function."
    : "";
  return new BuildError("ERR_BUILD_BUNDLE", `${entry} could not be bundled: ${error.message}${topLevelAwait}`, {
    cause: error,
  });
}
