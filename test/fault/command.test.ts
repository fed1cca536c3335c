import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect } from "vitest";
import { test as base } from "../src/sandbox.js";
import { startError } from "../src/start-fixture.js";

const test = base.extend<{ files: (name: string, content: string | Buffer, mode: number) => string }>({
  // biome-ignore lint/correctness/noEmptyPattern: the test runner reads the parameter's names
  files: async ({}, use) => {
    const folder = mkdtempSync(join(tmpdir(), "command-"));
    await use((name, content, mode) => {
      const path = join(folder, name);
      writeFileSync(path, content, { mode });
      return path;
    });
    rmSync(folder, { recursive: true });
  },
});

describe("a command that cannot be run", () => {
  test("is not there", async ({ sandbox }) => {
    const error = await startError({ command: "./no-such-plugin", cwd: sandbox.directory });
    expect(error.code).toBe("ERR_PLUGIN_NOT_FOUND");
    expect(error.message).toContain(`there is no file "${sandbox.directory}/no-such-plugin"`);
    expect(error).toMatchObject({ cause: { code: "ENOENT" }, command: "./no-such-plugin", exitCode: undefined });
  });

  test("is in a working directory that is not there", async ({ sandbox }) => {
    const cwd = join(sandbox.directory, "nowhere");
    const error = await startError({ command: process.execPath, cwd });
    expect(error.code).toBe("ERR_PLUGIN_NOT_FOUND");
    expect(error.message).toContain(`the working directory "${cwd}" does not exist`);
  });

  test("is not executable", async ({ files }) => {
    const command = files("plugin.js", "process.exit()", 0o644);
    const error = await startError({ command });
    expect(error.code).toBe("ERR_PLUGIN_NOT_EXECUTABLE");
    expect(error.message).toContain(`run it with { command: process.execPath, args: ["${command}"] }`);
    expect(error.message).toContain("mode: -rw-r--r-- (0644)");
    expect(error.message).toContain(`owner: ${process.getuid?.()} (this process: ${process.getuid?.()})`);
    expect(error.cause).toMatchObject({ code: "EACCES" });
  });

  test("is a folder", async ({ sandbox }) => {
    const error = await startError({ command: sandbox.directory });
    expect(error.code).toBe("ERR_PLUGIN_NOT_EXECUTABLE");
    expect(error.message).toContain("is a directory, expected the plugin's executable");
  });

  test("is a script of an interpreter that is not there", async ({ files }) => {
    const error = await startError({ command: files("plugin", "#!/usr/bin/no-such-interpreter\n", 0o755) });
    expect(error.code).toBe("ERR_PLUGIN_NOT_FOUND");
    expect(error.message).toContain(
      'the interpreter that its first line names, "/usr/bin/no-such-interpreter", does not',
    );
  });

  test("is built for another architecture", async ({ files }) => {
    const foreign = Buffer.alloc(64);
    foreign.write("\x7fELF\x02\x01\x01", "latin1");
    foreign.writeUInt16LE(2, 16);
    foreign.writeUInt16LE(process.arch === "s390x" ? 62 : 22, 18);
    const error = await startError({ command: files("plugin", foreign, 0o755) });
    // execvp(3) runs a file that the system refuses by the shell, which then exits.
    expect(["ERR_PLUGIN_EXITED", "ERR_PLUGIN_NOT_EXECUTABLE"]).toContain(error.code);
    expect(error.message).toMatch(new RegExp(`ELF architecture: (s390x|x64) \\(this process: ${process.arch}\\)`));
  });

  test("is a script without a first line that names its interpreter", async ({ files }) => {
    const error = await startError({ command: files("plugin", 'import "@go-plugin/plugin";\n', 0o755) });
    expect(["ERR_PLUGIN_EXITED", "ERR_PLUGIN_NOT_EXECUTABLE"]).toContain(error.code);
    expect(error.message).toContain(
      'format: neither a script that begins with "#!" nor an executable that is known here',
    );
    expect(error.message).toContain("mode: -rwxr-xr-x (0755)");
  });

  test("is not in the PATH", async ({ sandbox }) => {
    const error = await startError({ command: "no-such-plugin", env: { PATH: sandbox.directory } });
    expect(error.code).toBe("ERR_PLUGIN_NOT_FOUND");
    expect(error.message).toContain(`there is no "no-such-plugin" in the plugin's PATH (${sandbox.directory})`);
  });
});
