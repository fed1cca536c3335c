import { readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

// Fixtures use the built packages. Otherwise tsconfig's paths would bundle the sources as well.
const packages = readdirSync(fileURLToPath(new URL("../../packages", import.meta.url)));
const external = packages.flatMap((name) => [`@go-plugin/${name}`, `@go-plugin/${name}/*`]);

const directory = fileURLToPath(new URL("..", import.meta.url));

/** Path of a fixture program, to be run with `process.execPath`. */
export function fixture(name: string): string {
  return `${directory}.build/${name}.js`;
}

/** Compiles every program in test/fixtures, so that they start as fast as a user's built plugin does. */
export default async function buildFixtures(): Promise<void> {
  if (process.env.PROGRAMS_ARE_BUILT) return;
  const names = readdirSync(`${directory}fixtures`).filter((name) => name.endsWith(".ts"));
  await build({
    entryPoints: names.map((name) => `${directory}fixtures/${name}`),
    outdir: `${directory}.build`,
    bundle: true,
    packages: "external",
    external,
    platform: "node",
    format: "esm",
    target: "node20",
    sourcemap: "inline",
  });
}
