import { readdirSync, readFileSync } from "node:fs";
import { join, relative } from "node:path";
import type { Answers } from "./answers.js";
import { UsageError } from "./errors.js";
import { templates } from "./templates.js";

/** The versions that the templates are tested with. A test compares them with this repository's own. */
export const versions = {
  "@bufbuild/buf": "1.75.0",
  "@bufbuild/protobuf": "2.17.0",
  "@types/node": "20.19.9",
  esbuild: "0.28.2",
  "ts-proto": "2.18.0",
  typescript: "5.9.3",
} as const;

/** Packages of ours that ours depend on. As tarballs they have to be named, since the registry may not have them. */
const underneath = ["gob", "grpc", "netrpc", "yamux"] as const;

/**
 * The project's package.json.
 *
 * @param packages a folder with tarballs of our packages, to be used instead of the registry's
 */
export function packageJson(answers: Answers, packages: string | undefined): object {
  const layers = layersOf(answers);
  const has = (layer: string) => layers.includes(layer);
  // A plugin is tested under a host.
  const names = ["host", "proto", ...(has("plugin") ? ["plugin"] : []), ...(packages ? underneath : [])];
  const fromUs = Object.fromEntries(
    names
      .sort()
      .map((name) => [`@go-plugin/${name}`, packages ? tarball(answers, packages, name) : `^${ownVersion()}`]),
  );
  const steps = [
    "buf generate",
    "tsc",
    ...(has("plugin") ? [`go-plugin-build src/plugin.ts --outfile build/${answers.name}`] : []),
    ...(has("go") ? ["npm run build:go"] : []),
  ];
  const goPrograms = [...(has("go-host") ? ["host"] : []), ...(has("go-plugin") ? ["plugin"] : [])];
  const executables = goPrograms.map((program) => `go build -o ../build/ ./${program}`);
  const buildGo = ["cd go", "buf generate", ...executables].join(" && ");
  return {
    name: answers.name,
    version: "0.1.0",
    private: true,
    type: "module",
    engines: { node: ">=20.4" },
    scripts: {
      build: steps.join(" && "),
      ...(has("go") ? { "build:go": buildGo } : {}),
      test: "npm run build && node --test dist/test/*.test.js",
      ...(has("host") ? { start: "node dist/host.js" } : {}),
    },
    dependencies: { "@bufbuild/protobuf": versions["@bufbuild/protobuf"], ...fromUs },
    devDependencies: {
      "@bufbuild/buf": versions["@bufbuild/buf"],
      "@types/node": versions["@types/node"],
      ...(has("plugin") ? { esbuild: versions.esbuild } : {}),
      "ts-proto": versions["ts-proto"],
      typescript: versions.typescript,
    },
  };
}

/** The layers of a template with the chosen options. */
export function layersOf({ template, go }: Pick<Answers, "template" | "go">): readonly string[] {
  const { layers, goTwins } = { goTwins: [], ...templates[template] };
  return go ? [...layers, ...goTwins] : layers;
}

/** All of our packages have one version. */
function ownVersion(): string {
  const manifest = readFileSync(new URL("../package.json", import.meta.url), "utf8");
  return (JSON.parse(manifest) as { version: string }).version;
}

function tarball({ folder }: Answers, packages: string, name: string): string {
  const file = readdirSync(packages).find((file) => new RegExp(`^go-plugin-${name}-\\d.*\\.tgz$`).test(file));
  if (!file) throw new UsageError(`expected go-plugin-${name}-<version>.tgz in ${packages}, as npm pack names it`);
  return `file:${relative(folder, join(packages, file)).replaceAll("\\", "/")}`;
}
