import { readdirSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";

const root = new URL("../..", import.meta.url);
const read = (path: string) => readFileSync(new URL(path, root), "utf8");

// Symbol.asyncDispose, which plugins and connections implement, came with Node.js 20.4.
test("every package asks for the Node.js that it needs, and the pages say so", () => {
  for (const name of readdirSync(new URL("packages", root))) {
    // Nothing that create-go-plugin writes needs @clack/prompts, which asks for 20.12.
    const node = name === "create-go-plugin" ? ">=20.12" : ">=20.4";
    expect(JSON.parse(read(`packages/${name}/package.json`)), name).toMatchObject({ engines: { node } });
  }
  expect(read("README.md")).toMatch(/Node\.js 20\.4, the oldest version/);
  for (const name of ["gob", "netrpc", "yamux"]) {
    expect(read(`packages/${name}/README.md`)).toMatch(/Node\.js 20\.4 (or|and) newer/);
  }
});
