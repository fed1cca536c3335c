import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { root } from "./requirements.mjs";

interface Locked {
  readonly optionalDependencies?: Readonly<Record<string, string>>;
  readonly os?: readonly string[];
  readonly cpu?: readonly string[];
}

const { packages } = JSON.parse(readFileSync(`${root}package-lock.json`, "utf8")) as {
  packages: Readonly<Record<string, Locked>>;
};
const withBuilds = Object.entries(packages).filter(([, { optionalDependencies }]) => optionalDependencies);

/** Finds a package's dependency: in its own node_modules or in one further up. */
function find(path: string, name: string): Locked | undefined {
  for (let at = path; ; at = at.slice(0, Math.max(0, at.lastIndexOf("/node_modules/")))) {
    const found = packages[`${at === "" ? "" : `${at}/`}node_modules/${name}`];
    if (found || at === "") return found;
  }
}

// npm writes a lock file from the installed tree and leaves out the builds for other systems, so npm ci fails there.
test.each(withBuilds)("%s: every optional build is named", (path, { optionalDependencies = {} }) => {
  expect(Object.keys(optionalDependencies).filter((name) => !find(path, name))).toEqual([]);
});

describe.each(["linux", "darwin", "win32"])("%s", (os) => {
  test.each(["x64", "arm64"])("%s has a build of each tool", (cpu) => {
    for (const tool of ["@biomejs/biome", "@bufbuild/buf", "esbuild", "turbo", "rolldown"]) {
      const path = `node_modules/${tool}`;
      const builds = Object.keys(packages[path]?.optionalDependencies ?? {}).map((name) => find(path, name));
      expect(
        builds.some((build) => build?.os?.includes(os) && build.cpu?.includes(cpu)),
        tool,
      ).toBe(true);
    }
  });
});
