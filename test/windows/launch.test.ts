import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { copyFileSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, test } from "node:test";
import { closeAll, discover, type LaunchOptions, launch, PluginError } from "@go-plugin/host";
import { kvPlugins } from "../../examples/kv/src/shared.js";
import { example, fixture, folder, goProgram, greet, quiet, run, writeShim } from "./support.js";

after(closeAll);

const goPlugin = goProgram("greeter-plugin");
const script = example("greeter/dist/plugin.js");
const hello = "Hello, Ada!";

/** The error of a start that must fail. */
async function failure(options: LaunchOptions): Promise<PluginError> {
  const error = await greet(options).then(
    () => undefined,
    (error: unknown) => error,
  );
  assert.ok(error instanceof PluginError, `it started, or failed otherwise: ${error}`);
  return error;
}

test("a program, by whatever name Windows knows it", async () => {
  const place = folder("My Plügins 日本");
  copyFileSync(goPlugin, join(place, "greeter plugin.exe"));
  copyFileSync(goPlugin, join(place, "greeter.exe"));
  assert.equal(await greet({ command: join(place, "greeter plugin.exe") }), hello);
  assert.equal(await greet({ command: join(place, "greeter") }), hello, "without its extension");
  assert.equal(await greet({ command: "greeter", env: { Path: place } }), hello, "in the plugin's PATH");
  assert.equal(await greet({ command: "./greeter.exe", cwd: place }), hello, "in the working directory");
  assert.equal(await greet({ command: process.execPath, args: [script] }), hello, "a script");
});

test("a batch file, as npm makes of every command", async () => {
  const place = folder("with space");
  const shim = writeShim(join(place, "greeter-shim.cmd"), script);
  assert.equal(await greet({ command: shim }), hello);
  assert.equal(await greet({ command: writeShim(join(place, "greeter.bat"), script) }), hello);
  assert.equal(await greet({ command: "greeter-shim", env: { PATH: place } }), hello, "by its name");
  assert.deepEqual(await discover("greeter-*", place), [shim]);
  const error = await failure({ command: shim, args: ["100%"] });
  assert.equal(error.code, "ERR_PLUGIN_SPAWN");
  assert.match(error.message, /is a batch file, and cmd\.exe, which runs it, cannot pass on "100%"/);
});

test("arguments of a batch file arrive as they are", async () => {
  const shim = writeShim(join(folder("arguments"), "says.cmd"), join(folder("arguments"), "says.cjs"));
  writeFileSync(
    join(folder("arguments"), "says.cjs"),
    "process.stderr.write(JSON.stringify(process.argv.slice(2))); process.exit(3);",
  );
  const args = ["a b", "", "1 & 2 | 3 > 4 ^ 5", "(x)", "日本"];
  const error = await failure({ command: shim, args });
  assert.equal(error.stderrTail, JSON.stringify(args));
});

test("what cannot be run says why, in the words of Windows", async () => {
  const place = folder("refused");
  copyFileSync(goPlugin, join(place, "no-extension"));
  writeFileSync(join(place, "fake.exe"), "this is no program");
  const missing = await failure({ command: "C:\\nowhere\\greeter.exe" });
  assert.equal(missing.code, "ERR_PLUGIN_NOT_FOUND");
  const withoutExtension = await failure({ command: join(place, "no-extension") });
  assert.equal(withoutExtension.code, "ERR_PLUGIN_NOT_FOUND");
  assert.match(withoutExtension.message, /has no extension that Windows runs: expected \.exe, \.com, \.cmd or \.bat/);
  const fake = await failure({ command: join(place, "fake.exe") });
  assert.equal(fake.code, "ERR_PLUGIN_NOT_EXECUTABLE");
  assert.doesNotMatch(fake.message, /chmod/);
});

test("an exit code of Windows' own is shown as people look it up", async () => {
  const error = await failure({ command: process.execPath, args: ["-e", "process.exit(0xC0000005 | 0)"] });
  assert.equal(error.exitCode, 0xc0000005);
  assert.match(error.message, /exited with code 3221225477 \(0xC0000005\)/);
});

test("a checksum of what the command is found as", async () => {
  const expected = createHash("sha256").update(readFileSync(goPlugin)).digest("hex");
  const checksum = { algorithm: "sha256", expected };
  assert.equal(await greet({ command: goPlugin.replace(/\.exe$/, ""), checksum }), hello);
  const wrong = await failure({ command: goPlugin, checksum: { ...checksum, expected: "00".repeat(32) } });
  assert.equal(wrong.code, "ERR_PLUGIN_CHECKSUM");
});

for (const [language, command] of [
  ["Go", { command: goPlugin }],
  ["TypeScript", { command: process.execPath, args: [script] }],
] as const) {
  test(`a TCP port of the host's range, AutoMTLS and one connection for all, with a plugin in ${language}`, async () => {
    assert.equal(await greet({ ...command, ports: { min: 31_000, max: 31_005 } }), hello);
    assert.equal(await greet({ ...command, autoMtls: true }), hello);
    assert.equal(await greet({ ...command, multiplex: true, autoMtls: true }), hello);
  });
}

test("what a plugin prints arrives whole", async () => {
  let bytes = 0;
  const { Writable } = await import("node:stream");
  const stdout = new Writable({
    write(chunk: Buffer, _, done) {
      bytes += chunk.length;
      done();
    },
  });
  const command = { command: process.execPath, args: [fixture("plugin-on-command")] };
  const plugin = await launch(kvPlugins, { ...quiet, ...command, stdout });
  const kv = await plugin.dispense("kv_grpc");
  await kv.get({ key: `stdout ${4 << 20}` });
  await plugin.close();
  assert.equal(bytes, 4 << 20);
  assert.equal((await plugin.exited).code, 0);
});

test("by hand, a plugin says what it is", async () => {
  const { code, stdout, stderr } = await run([process.execPath, script]);
  assert.deepEqual({ code, stdout }, { code: 1, stdout: "" });
  assert.match(stderr, /This program is a plugin/);
});
