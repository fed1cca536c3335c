import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import { onWindows } from "../../../../test/src/on-windows.js";
import { Descendants } from "./descendants.js";

const folder = mkdtempSync(join(tmpdir(), "descendants-"));
afterAll(() => {
  vi.unstubAllEnvs();
  rmSync(folder, { recursive: true, force: true });
});

test("a process that has started another one", async () => {
  const parent: ChildProcess = spawn("sh", ["-c", "sleep 1000 & echo $!; wait"], {
    stdio: ["ignore", "pipe", "ignore"],
  });
  const child = Number((await once(parent.stdout!, "data"))[0]);
  const descendants = new Descendants(parent.pid!);
  expect(descendants.anyRunning).toBe(false);
  descendants.find();
  expect(descendants.anyRunning).toBe(true);
  parent.kill("SIGKILL");
  await once(parent, "exit");
  expect(() => process.kill(child, 0)).not.toThrow();
  descendants.signal("SIGKILL");
  await vi.waitFor(() => expect(descendants.anyRunning).toBe(false));
});

test("on Windows the tree is ended as a whole, by its root", () =>
  onWindows(() => {
    // In place of Windows's own.
    const script = `#!/bin/sh\necho "$@" >>${folder}/log\nexit 128\n`;
    writeFileSync(join(folder, "taskkill"), script, { mode: 0o755 });
    vi.stubEnv("PATH", `${folder}${delimiter}${process.env.PATH}`);
    const descendants = new Descendants(process.pid);
    descendants.find();
    expect(descendants.anyRunning).toBe(false);
    descendants.signal("SIGTERM");
    expect(readFileSync(join(folder, "log"), "utf8")).toBe(`/pid ${process.pid} /T /F\n`);
  }));
