import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Answers } from "./answers.js";
import { versions } from "./package-json.js";
import { templateNames, templates } from "./templates.js";
import { writeProject } from "./write-project.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "create-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const read = (file: string) => readFileSync(join(folder, file), "utf8");
const answers = (more: Partial<Answers> = {}): Answers => ({
  folder,
  name: "kv-store",
  template: "pair",
  go: false,
  ...more,
});

describe("writeProject", () => {
  const projects = templateNames.flatMap((template) =>
    ("goTwins" in templates[template] ? [false, true] : [false]).map((go) => ({ template, go })),
  );

  test.each(projects)("$template, go $go: no tag is left, JSON is JSON, and every file is named once", (project) => {
    const files = writeProject(answers(project));
    expect(new Set(files).size).toBe(files.length);
    expect(files).toEqual(expect.arrayContaining(["package.json", ".gitignore", "AGENTS.md", "src/shared.ts"]));
    for (const file of files) {
      expect(read(file), file).not.toMatch(/<%|%>/);
      if (file.endsWith(".json")) JSON.parse(read(file));
    }
    expect(read("src/shared.ts")).toContain('magicCookieKey: "KV_STORE_PLUGIN"');
  });

  test.each([
    ["proto/greeter.proto", "proto/greeter.proto"],
    ["buf.gen.yaml", "buf.gen.yaml"],
    ["go/buf.gen.yaml", "go/buf.gen.yaml"],
    ["go/go.mod", "go/go.mod"],
    ["go/go.sum", "go/go.sum"],
    ["go/host/main.go", "go/host/main.go"],
    ["go/plugin/main.go", "go/plugin/main.go"],
  ])("%s is that of the greeter example, which is tested in every direction", (file, original) => {
    writeProject(answers({ go: true }));
    expect(read(file)).toBe(readFileSync(new URL(`../../../examples/greeter/${original}`, import.meta.url), "utf8"));
  });

  test("refuses a folder with files, and leaves them as they are", () => {
    writeFileSync(join(folder, "package.json"), "mine");
    expect(() => writeProject(answers())).toThrow("expected a new or an empty folder");
    expect(read("package.json")).toBe("mine");
  });

  test("refuses a file in the folder's place", () => {
    writeFileSync(join(folder, "file"), "");
    expect(() => writeProject(answers({ folder: join(folder, "file") }))).toThrow("is a file");
  });

  test("takes packages from tarballs, and names the one that is missing", () => {
    const packages = join(folder, "tarballs");
    mkdirSync(packages);
    for (const name of ["gob", "grpc", "netrpc", "yamux", "proto", "plugin"]) {
      writeFileSync(join(packages, `go-plugin-${name}-0.0.0.tgz`), "");
    }
    const project = answers({ folder: join(folder, "project") });
    expect(() => writeProject(project, packages)).toThrow("expected go-plugin-host-<version>.tgz");
    writeFileSync(join(packages, "go-plugin-host-0.0.0.tgz"), "");
    writeProject(project, packages);
    expect(JSON.parse(read("project/package.json")).dependencies).toMatchObject({
      "@go-plugin/host": "file:../tarballs/go-plugin-host-0.0.0.tgz",
    });
  });
});

test.each(Object.entries(versions))("%s %s is the version that this repository tests with", (name, version) => {
  const { resolve } = createRequire(import.meta.url);
  const path = resolve.paths(name)!.map((folder) => join(folder, name, "package.json"));
  const found = path.flatMap((file) => {
    try {
      return [(JSON.parse(readFileSync(file, "utf8")) as { version: string }).version];
    } catch {
      return [];
    }
  });
  expect(found[0]).toBe(version);
});
