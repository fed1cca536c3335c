import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { onWindows } from "../../../test/src/on-windows.js";
import { discover } from "./discover.js";

const folder = mkdtempSync(join(tmpdir(), "discover-"));

beforeAll(() => {
  mkdirSync(join(folder, "sub"));
  mkdirSync(join(folder, "plugin-folder"));
  for (const name of [
    "plugin-b",
    "plugin-a",
    "plugin-😀",
    ".plugin-h",
    "a[b",
    "sub/plugin-c",
    "plug.in-d",
    "x-y",
    "x^y",
  ]) {
    writeFileSync(join(folder, name), "#!/bin/sh\n", { mode: 0o755 });
  }
  writeFileSync(join(folder, "plugin-data"), "");
  chmodSync(join(folder, "plugin-data"), 0o644);
  symlinkSync("plugin-a", join(folder, "plugin-link"));
  symlinkSync("nowhere", join(folder, "plugin-broken"));
});
afterAll(() => rmSync(folder, { recursive: true }));

// Compared with Go's filepath.Glob, except for files that are not executable.
test.each([
  ["plugin-*", ["plugin-a", "plugin-b", "plugin-link", "plugin-😀"]],
  ["*-h", [".plugin-h"]],
  ["plugin-?", ["plugin-a", "plugin-b", "plugin-😀"]],
  ["plugin-[b-z]", ["plugin-b"]],
  ["plugin-[^b]", ["plugin-a", "plugin-😀"]],
  ["p*g*-*a", ["plugin-a"]],
  ["plugin-[z-a]", []],
  ["x[-]y", "malformed"],
  ["x[\\-]y", ["x-y"]],
  ["x[\\^]y", ["x^y"]],
  ["a\\[b", ["a[b"]],
  ["a[[]b", ["a[b"]],
  ["plugin-a", ["plugin-a"]],
  ["plug.in-*", ["plug.in-d"]],
  ["*/plugin-*", ["sub/plugin-c"]],
  ["sub/../plugin-[a]", ["plugin-a"]],
  ["nope/*", []],
  ["plugin-[a", "malformed"],
  ["plugin-\\", "malformed"],
  ["[]a]", "malformed"],
  ["", "malformed"],
] as const)("%s", async (pattern, expected) => {
  const found = discover(pattern, folder);
  if (expected === "malformed") await expect(found).rejects.toMatchObject({ code: "ERR_PLUGIN_OPTIONS" });
  else expect(await found).toEqual(expected.map((name) => join(folder, name)));
});

test("the time does not explode with the number of stars", async () => {
  writeFileSync(join(folder, "a".repeat(250)), "", { mode: 0o755 });
  const begin = performance.now();
  expect(await discover(`${"*a".repeat(20)}*b`, folder)).toEqual([]);
  expect(await discover(`${"*a".repeat(20)}*`, folder)).toEqual([join(folder, "a".repeat(250))]);
  // A backtracking matcher would take longer than the age of the universe.
  expect(performance.now() - begin).toBeLessThan(5_000);
});

test("a folder that is not there holds no plugins, a relative one is made absolute", async () => {
  expect(await discover("*", join(folder, "nope"))).toEqual([]);
  expect(await discover("plugin-a", relative(".", folder))).toEqual([join(folder, "plugin-a")]);
});

test("on Windows names end in what it executes, and a backslash separates folders", () =>
  onWindows(async () => {
    const { discover } = await import("./discover.js");
    for (const name of ["tool-a.exe", "tool-b.CMD", "tool-c.txt", "sub/tool-d.bat"]) {
      writeFileSync(join(folder, name), "", { mode: 0o644 });
    }
    expect(await discover("tool-*", folder)).toEqual([join(folder, "tool-a.exe"), join(folder, "tool-b.CMD")]);
    expect(await discover("sub\\tool-?.bat", folder)).toEqual([join(folder, "sub/tool-d.bat")]);
    expect(await discover("plugin-a", folder)).toEqual([]);
  }));
