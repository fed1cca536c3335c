import { existsSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { expect, test } from "vitest";

const packages = new URL("../../packages/", import.meta.url);

// `wire` is built into others, and `cli` is a command.
const built = readdirSync(packages).filter((name) => existsSync(new URL(`${name}/dist/index.js`, packages)));

test.each(built)("what %s exports keeps its name when it is built", async (name) => {
  const exported: Record<string, unknown> = await import(new URL(`${name}/dist/index.js`, packages).href);
  const classes = Object.entries(exported).filter(([key, value]) => /^[A-Z]/.test(key) && typeof value === "function");
  expect(classes.map(([, value]) => (value as { name: string }).name)).toEqual(classes.map(([key]) => key));
});

test.each(built)("errors of %s keep their names when a user minifies them", async (name) => {
  const options = { bundle: true, minify: true, platform: "node", format: "esm", packages: "external" } as const;
  const entry = fileURLToPath(new URL(`${name}/dist/index.js`, packages));
  const { outputFiles } = await build({
    ...options,
    entryPoints: [entry],
    splitting: false,
    write: false,
    outdir: ".",
  });
  const file = join(fileURLToPath(new URL(`${name}/`, packages)), `.minified-${process.pid}.mjs`);
  writeFileSync(file, outputFiles[0]!.contents);
  try {
    const exported: Record<string, unknown> = await import(pathToFileURL(file).href);
    const errors = Object.entries(exported).filter(
      ([, value]) => typeof value === "function" && value.prototype instanceof Error,
    ) as [string, { readonly name: string }][];
    // Node.js prints the class's own name beside the error's, where the two differ.
    expect(errors.map(([, Class]) => Class.name)).toEqual(errors.map(([key]) => key));
  } finally {
    rmSync(file);
  }
});
