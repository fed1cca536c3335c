import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { onWindows } from "../../../../test/src/on-windows.js";
import { findCommand, hasFolder } from "./find-command.js";

const folder = mkdtempSync(join(tmpdir(), "commands-"));
const file = (name: string) => join(folder, name);

beforeAll(() => {
  mkdirSync(file("first"));
  mkdirSync(file("second"));
  writeFileSync(file("first/plugin"), "", { mode: 0o644 });
  writeFileSync(file("second/plugin"), "", { mode: 0o755 });
  writeFileSync(file("second/tool.exe"), "", { mode: 0o755 });
  writeFileSync(file("second/shim.cmd"), "", { mode: 0o755 });
  writeFileSync(file("second/odd.com"), "", { mode: 0o755 });
});
afterAll(() => rmSync(folder, { recursive: true }));

const path = [file("nowhere"), file("first"), file("second")].join(delimiter);

describe("findCommand", () => {
  test("a command without a folder is looked for along the plugin's own PATH, past what cannot be executed", () => {
    expect(findCommand("plugin", undefined, { PATH: path })).toBe(file("second/plugin"));
    expect(findCommand("plugin", undefined, { PATH: file("first") })).toBe(file("first/plugin"));
    expect(findCommand("nothing", undefined, { PATH: path })).toBeUndefined();
    expect(findCommand("plugin", undefined, { Path: path })).toBeUndefined();
  });

  test("one with a folder is a file, seen from the working directory", () => {
    expect(findCommand("./plugin", file("first"), {})).toBe(file("first/plugin"));
    expect(findCommand("first/plugin", folder, { PATH: path })).toBe(file("first/plugin"));
    expect(findCommand("./tool", file("second"), {})).toBeUndefined();
  });

  test("on Windows PATH has any case, and the extension may be left out, of a path too", () =>
    onWindows(() => {
      expect(findCommand("./tool", file("second"), {})).toBe(file("second/tool.exe"));
      expect(findCommand("shim", undefined, { PATH: path })).toBe(file("second/shim.cmd"));
      expect(findCommand("plugin", undefined, { PATH: path })).toBeUndefined();
      expect(findCommand("tool", undefined, { Path: path })).toBe(file("second/tool.exe"));
      expect(findCommand("odd", undefined, { PATH: path })).toBe(file("second/odd.com"));
      expect(findCommand("tool.exe", undefined, { path })).toBe(file("second/tool.exe"));
    }));
});

test("hasFolder: what a folder looks like", async () => {
  expect(["plugin", "./plugin", "/bin/plugin", "a\\plugin", "C:plugin"].map(hasFolder)).toEqual([
    false,
    true,
    true,
    false,
    false,
  ]);
  await onWindows(() => {
    expect(["plugin", "./plugin", "a\\plugin", "C:plugin"].map(hasFolder)).toEqual([false, true, true, true]);
  });
});
