import { execFile, spawnSync } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { afterAll, describe, expect, test } from "vitest";
import { goProgram } from "../../interop/src/build-go.js";
import { example, run } from "../run.js";

const cli = fileURLToPath(new URL("../../packages/plugin/dist/build/cli.js", import.meta.url));
const folder = mkdtempSync(join(tmpdir(), "packaged-bun-"));
afterAll(() => rmSync(folder, { recursive: true }));

const build = (entry: string, name: string, ...args: string[]) =>
  promisify(execFile)(process.execPath, [cli, entry, "--runtime", "bun", "--outfile", join(folder, name), ...args]);

/** Bun has 100 MB, and is no dependency: the lane "bun-plugin" installs it and puts it in the PATH. */
const hasBun = spawnSync("bun", ["--version"]).status === 0;

describe.skipIf(!hasBun)("compiled by Bun", () => {
  test("a plugin and a host are one executable each, and talk to Go and to each other", async () => {
    await build(example("greeter/src/plugin.ts"), "plugin");
    await build(example("greeter/src/host.ts"), "host");
    expect(readdirSync(folder).sort()).toEqual(["host", "plugin"]);
    const inGo = await run([goProgram("greeter-host"), goProgram("greeter-plugin")]);
    expect(await run([goProgram("greeter-host"), join(folder, "plugin")])).toEqual(inGo);
    for (const plugin of [goProgram("greeter-plugin"), join(folder, "plugin")]) {
      expect(await run([join(folder, "host"), plugin])).toMatchObject({ code: 0, stdout: inGo.stdout });
    }
  });

  test("over net/rpc too", async () => {
    await build(example("greeter/src/netrpc/plugin.ts"), "netrpc-plugin");
    const host = goProgram("greeter-netrpc-host");
    expect(await run([host, join(folder, "netrpc-plugin")])).toEqual(
      await run([host, goProgram("greeter-netrpc-plugin")]),
    );
  });

  test("a stack trace names the place in the source", async () => {
    const entry = join(folder, "fails.ts");
    writeFileSync(
      entry,
      "interface Left {\n  out: true;\n}\nfunction fails(): never {\n  throw new Error('no');\n}\nfails();\n",
    );
    await build(entry, "fails");
    const { code, stderr } = await run([join(folder, "fails")]);
    expect(code).toBe(1);
    expect(stderr).toMatch(/at fails \(.*fails\.ts:5:/);
  });

  test("for another platform", async () => {
    await build(example("greeter/src/plugin.ts"), "for-windows", "--target", "windows-x64");
    expect(readFileSync(join(folder, "for-windows.exe")).subarray(0, 2).toString()).toBe("MZ");
  });

  test("a top-level await is an error that says what to do", async () => {
    const entry = join(folder, "awaits.ts");
    writeFileSync(entry, "await Promise.resolve();\nexport {};\n");
    await expect(build(entry, "awaits")).rejects.toMatchObject({ code: 1, stderr: /call serve\(…\) without it/ });
  });
});

test("options that do not go together are errors", async () => {
  const entry = example("greeter/src/plugin.ts");
  await expect(build(entry, "x", "--target", "amiga")).rejects.toMatchObject({
    stderr: /--target: expected a platform such as linux-x64, .* got "amiga"/,
  });
  await expect(promisify(execFile)(process.execPath, [cli, entry, "--target", "linux-x64"])).rejects.toMatchObject({
    stderr: /--target needs --runtime bun/,
  });
});
