import { defineConfig, type Options } from "tsup";

/** One build for every package: each entry point as ESM and CommonJS, with types for both. */
export function build(entry: readonly string[], options: Options = {}) {
  return defineConfig({
    entry: [...entry],
    format: ["esm", "cjs"],
    target: "node20",
    dts: { compilerOptions: { composite: false } },
    tsconfig: "tsconfig.json",
    clean: true,
    splitting: true,
    sourcemap: true,
    ...options,
  });
}
