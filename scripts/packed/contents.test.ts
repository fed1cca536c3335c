import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { codeBlocks } from "../pages/markdown.js";
import { root } from "../requirements.mjs";
import { type Manifest, origin, readManifest, repository } from "./manifest.js";
import { npmPack, packageFolders } from "./pack.js";

const packed = npmPack("--dry-run");

/** Every file that the exports of a package.json name. */
function exported(value: unknown): readonly string[] {
  if (typeof value === "string") return [value.replace("./", "")];
  return Object.values(value as object).flatMap(exported);
}

describe.each(packageFolders)("the tarball of %s", (name) => {
  const manifest = readManifest(`packages/${name}`);
  const files = packed.find((one) => one.name === manifest.name)!.files;
  const paths = files.map(({ path }) => path).filter((path) => !isTemplate(name, path));

  test("has what it exports, with types, and its programs can be run", () => {
    expect(paths).toEqual(expect.arrayContaining([...exported(manifest.exports)]));
    for (const program of Object.values(manifest.bin ?? {})) {
      const file = files.find(({ path }) => path === program.replace("./", ""));
      expect(file, program).toBeDefined();
      expect(file!.mode & 0o111, `${program} is executable`).not.toBe(0);
      expect(readFileSync(`${root}packages/${name}/${program}`, "utf8")).toMatch(/^#!\/usr\/bin\/env node\n/);
    }
  });

  test("has the licence, a README and nothing but what was built", () => {
    const others = paths.filter((path) => !/^dist\/[^.].*\.(js|cjs|d\.ts|d\.cts|map)$/.test(path)).sort();
    expect(others.filter((path) => !mayBeBesides(name, path))).toEqual(["LICENSE", "README.md", "package.json"]);
    expect(paths.filter((path) => /\.test\.|fixture/.test(path))).toEqual([]);
    expect(readFileSync(`${root}packages/${name}/LICENSE`)).toEqual(readFileSync(`${root}LICENSE`));
  });
});

/** The files of the projects that a package writes, tests among them. */
function isTemplate(name: string, path: string): boolean {
  return name === "create-go-plugin" && path.startsWith("templates/");
}

/** The files that a package may have besides its code. */
function mayBeBesides(name: string, path: string): boolean {
  return name === "grpc" && path === "dist/LICENSE.protobufjs";
}

describe.each(packageFolders)("package.json of %s", (name) => {
  const manifest: Manifest = readManifest(`packages/${name}`);

  test("says what the package is and where it comes from, as `npm run origins` writes it", () => {
    expect(manifest).toMatchObject(origin(`packages/${name}`));
    expect(manifest.license).toBe("MIT");
    expect(manifest.description).toMatch(/^\S.{20,}[^.]$/);
    expect(manifest.keywords?.length).toBeGreaterThanOrEqual(4);
    // @clack/prompts needs a newer one.
    const node = name === "create-go-plugin" ? ">=20.12" : readManifest("packages/host").engines?.node;
    expect(manifest.engines?.node).toBe(node);
  });
});

test("package.json of the schema tool says where it comes from, and its Go module has that path", () => {
  expect(readManifest("tools/gob-schema")).toMatchObject(origin("tools/gob-schema"));
  const path = /^module (.*)$/m.exec(readFileSync(`${root}tools/gob-schema/go.mod`, "utf8"))?.[1];
  expect(path).toBe(`${repository.replace("https://", "")}/tools/gob-schema`);
});

describe.each(packageFolders)("README of %s", (name) => {
  const text = readFileSync(`${root}packages/${name}/README.md`, "utf8");

  test("stands alone: title, how to install it, code to begin with, no link that leads out of the package", () => {
    expect(text).toMatch(new RegExp(`^# ${readManifest(`packages/${name}`).name}\n`));
    const blocks = codeBlocks(`${root}packages/${name}/README.md`);
    expect(blocks.some(({ language, code }) => language === "sh" && /npm (install|create)|npx/.test(code))).toBe(true);
    expect(blocks.some(({ language }) => language === "ts" || language === "sh")).toBe(true);
    expect([...text.matchAll(/\]\((?!https:|#)[^)]*\)/g)].map(([link]) => link)).toEqual([]);
  });
});

test("pages name the repository by the address in package.json", () => {
  const options = { cwd: root, encoding: "utf8" } as const;
  const pattern = "github\\.com/[A-Za-z0-9-]+/go-plugin-typescript[A-Za-z0-9-]*";
  const found = execFileSync(
    "git",
    ["grep", "-hoE", pattern, "--", "*.md", ".github", "packages/*/package.json"],
    options,
  );
  expect([...new Set(found.trim().split("\n"))]).toEqual([repository.replace("https://", "")]);
});
