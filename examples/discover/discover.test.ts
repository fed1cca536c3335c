import { createHash } from "node:crypto";
import { chmodSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { goProgram } from "../../interop/src/build-go.js";
import { example, run } from "../run.js";

let folder: string;
let manifest: string[];
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "discover-"));
  manifest = [];
});
afterEach(() => rmSync(folder, { recursive: true }));

const sha256 = (content: string | Buffer) => createHash("sha256").update(content).digest("hex");

function addProgram(name: string, path: string): void {
  symlinkSync(path, join(folder, name));
  manifest.push(`${sha256(readFileSync(path))}  ${name}`);
}

function addFile(
  name: string,
  content: string,
  { mode = 0o755, checksum = sha256(content), listed = true } = {},
): void {
  writeFileSync(join(folder, name), content);
  chmodSync(join(folder, name), mode);
  if (listed) manifest.push(`${checksum}  ${name}`);
}

const listPlugins = () => {
  writeFileSync(join(folder, "SHA256SUMS"), `${manifest.join("\n")}\n`);
  return run([process.execPath, example("discover/dist/host.js"), folder]);
};

test("plugins in Go and TypeScript are found, and what is broken stops none of them", async () => {
  addProgram("info-go", goProgram("discover-plugin"));
  addProgram("info-typescript", example("discover/dist/plugin.js"));
  addFile("info-crashes", "#!/bin/sh\necho 'no display' >&2\nexit 3\n");
  addFile("info-no-interpreter", "#!/no/such/interpreter\n");
  addFile("info-not-executable", "#!/bin/sh\n", { mode: 0o644 });
  addFile("info-not-listed", `#!/bin/sh\ntouch ${folder}/ran\n`, { listed: false });
  const tampered = `#!/bin/sh\ntouch ${folder}/ran\n`;
  const sum = sha256(tampered);
  addFile("info-tampered", tampered, { checksum: "0".repeat(64) });
  addFile("README", "not a plugin", { listed: false });

  const { code, stdout, stderr } = await listPlugins();
  const text = stdout.replaceAll(folder, "FOLDER");
  expect({ code, stderr }).toEqual({ code: 0, stderr: "" });
  expect(text).toBe(
    [
      "FILE                 PLUGIN   VERSION  WRITTEN IN",
      "info-crashes         ✗ ERR_PLUGIN_EXITED: the plugin exited with code 3 before it printed its handshake line (no display)",
      "info-go              Weather  0.9.2    Go",
      'info-no-interpreter  ✗ ERR_PLUGIN_NOT_FOUND: "FOLDER/info-no-interpreter" exists, but the interpreter that its first line names, "/no/such/interpreter", does not',
      "info-not-executable  ✗ listed in SHA256SUMS, but no executable file",
      "info-not-listed      ✗ not listed in SHA256SUMS, and not run",
      `info-tampered        ✗ ERR_PLUGIN_CHECKSUM: checksums did not match: expected sha256 ${"0".repeat(64)} of FOLDER/info-tampered, got ${sum}. It is not the expected file: do not run it`,
      "info-typescript      Clock    1.4.0    TypeScript",
      "",
    ].join("\n"),
  );
  expect(() => readFileSync(join(folder, "ran"))).toThrow("ENOENT");
});

test("a manifest that is none is an error", async () => {
  manifest.push("something else");
  expect(await listPlugins()).toMatchObject({
    code: 1,
    stdout: "",
    stderr: expect.stringContaining('SHA256SUMS: expected "<sha256>  <file>", got "something else"'),
  });
});
