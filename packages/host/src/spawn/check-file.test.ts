import { execFileSync, spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { copyFileSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { PluginError } from "../errors.js";
import { isChecksum } from "../validate/checksum.js";
import { checkFile } from "./check-file.js";

let directory: string;
let file: string;
const content = Buffer.alloc(300_000, "plugin");
const sha256 = createHash("sha256").update(content).digest();
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), "checksum-"));
  file = join(directory, "plugin");
  writeFileSync(file, content, { mode: 0o755 });
});
afterEach(() => rmSync(directory, { recursive: true }));

const never = new AbortController().signal;
const check = (checksum: object, command = file) =>
  checkFile(
    { algorithm: "sha256", expected: sha256, ...checksum },
    { command, cwd: undefined as never },
    process.env,
    never,
  );

test.each([
  ["bytes", { expected: sha256 }],
  ["hexadecimal", { expected: sha256.toString("hex").toUpperCase() }],
  ["another algorithm", { algorithm: "sha512", expected: createHash("sha512").update(content).digest("hex") }],
])("the expected file passes: %s", async (_, checksum) => {
  const checked = await check(checksum);
  await checked.recheck(process.pid);
  await checked.close();
});

test("a script is checked instead of its interpreter", async () => {
  await (await check({ file }, process.execPath)).close();
});

test("a relative path is the plugin's, which starts at its working directory", async () => {
  const checksum = { algorithm: "sha256", expected: sha256, file: "plugin" };
  await (await checkFile(checksum, { command: process.execPath, cwd: directory }, process.env, never)).close();
});

test.each([
  ["another content", { expected: Buffer.alloc(32) }],
  ["a hash of another length", { expected: "00" }],
])("%s is refused, with both hashes", async (_, checksum) => {
  await expect(check(checksum)).rejects.toMatchObject({
    code: "ERR_PLUGIN_CHECKSUM",
    message: expect.stringMatching(
      new RegExp(`checksums did not match: expected sha256 0+ of .*plugin, got ${sha256.toString("hex")}`),
    ),
  });
});

test("a file that is not there", async () => {
  await expect(check({}, join(directory, "nope"))).rejects.toMatchObject({
    code: "ERR_PLUGIN_CHECKSUM",
    message: /ENOENT/,
  });
});

test("a file that is a directory", async () => {
  await expect(check({}, directory)).rejects.toMatchObject({
    code: "ERR_PLUGIN_CHECKSUM",
    message: /error verifying checksum: expected a file at .*, got something else/,
  });
});

test.each([
  ["changed", () => writeFileSync(file, content)],
  ["removed", () => rmSync(file)],
  [
    "replaced by one with the same content",
    () => {
      writeFileSync(`${file}2`, content);
      renameSync(`${file}2`, file);
    },
  ],
])("a file that is %s after the check is noticed", async (_, change) => {
  const checked = await check({});
  change();
  await expect(checked.recheck(process.pid)).rejects.toMatchObject({ code: "ERR_PLUGIN_CHECKSUM" });
  await checked.close();
});

test("a FIFO is refused at once", async () => {
  const fifo = join(directory, "fifo");
  execFileSync("mkfifo", [fifo]);
  await expect(check({}, fifo)).rejects.toMatchObject({ code: "ERR_PLUGIN_CHECKSUM", message: /expected a file at/ });
});

test("reading ends with the start", async () => {
  const reason = new PluginError("ERR_PLUGIN_ABORTED", "enough");
  const checksum = { algorithm: "sha256", expected: sha256 };
  const checked = checkFile(checksum, { command: file, cwd: directory }, process.env, AbortSignal.abort(reason));
  await expect(checked).rejects.toBe(reason);
});

test.skipIf(process.platform !== "linux")("the process has to run the file that was checked", async () => {
  const copy = join(directory, "sleep");
  copyFileSync("/bin/sleep", copy);
  const expected = createHash("sha256").update(readFileSync(copy)).digest();
  const [impostor, own] = [spawn("/bin/sleep", ["60"]), spawn(copy, ["60"])];
  try {
    const checked = await check({ expected }, copy);
    await checked.recheck(own.pid!);
    await expect(checked.recheck(impostor.pid!)).rejects.toMatchObject({
      code: "ERR_PLUGIN_CHECKSUM",
      message: /runs another file than .*sleep/,
    });
    await checked.close();
  } finally {
    impostor.kill("SIGKILL");
    own.kill("SIGKILL");
  }
});

test("an unknown hash algorithm", async () => {
  await expect(check({ algorithm: "nope" })).rejects.toMatchObject({ code: "ERR_PLUGIN_OPTIONS", message: /"nope"/ });
});

test.each([
  [{ algorithm: 1, expected: "00" }],
  [{ algorithm: "sha256", expected: "xyz" }],
  [{ algorithm: "sha256", expected: "" }],
  [{ algorithm: "sha256", expected: new Uint8Array() }],
  [{ algorithm: "sha256", expected: "00", file: "" }],
  [null],
])("as an option, %j is refused", (value) => {
  expect(isChecksum(value)).toBe(false);
});
