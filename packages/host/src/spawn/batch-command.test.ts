import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { onWindows } from "../../../../test/src/on-windows.js";
import { batchCommand } from "./batch-command.js";

const folder = mkdtempSync(join(tmpdir(), "batch-"));
afterAll(() => rmSync(folder, { recursive: true }));
const shim = join(folder, "a plugin.cmd");
writeFileSync(shim, "@echo off\n");
writeFileSync(join(folder, "tool.exe"), "");

test("a batch file is run by cmd.exe, with every word in quotes", () =>
  onWindows(() => {
    expect(batchCommand("a plugin", ["x y", "&"], folder, { PATH: folder, ComSpec: "C:\\cmd.exe" })).toEqual({
      file: "C:\\cmd.exe",
      args: ["/d", "/s", "/c", `""${shim}" "x y" "&""`],
    });
    expect(batchCommand("./tool", [], folder, {})).toBeUndefined();
  }));

test.for(['say "hi"', "100%", "two\nlines"])("cmd.exe cannot pass on %j", (argument) =>
  onWindows(() => {
    expect(() => batchCommand(shim, [argument], undefined, {})).toThrow(`cannot pass on ${JSON.stringify(argument)}`);
  }),
);

test("elsewhere it is a file like any other", () => {
  expect(batchCommand(shim, [], undefined, {})).toBeUndefined();
});
