import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { test } from "node:test";
import { example, folder, goProgram, greet, run } from "./support.js";

const cli = resolve("packages/plugin/dist/build/cli.js");
const place = folder("packaged");
const entry = example("greeter/src/plugin.ts");

test("a script with a code cache, and the batch file that makes it a command", async () => {
  const file = join(place, "greeter");
  const { code, stderr } = await run([process.execPath, cli, entry, "--outfile", file]);
  assert.deepEqual({ code, stderr }, { code: 0, stderr: "" });
  assert.match(readFileSync(file, "latin1"), /"target":"v\S+ win32 x64"/);
  assert.equal(await greet({ command: process.execPath, args: [file] }), "Hello, Ada!");
  const env = { PATH: `${join(process.execPath, "..")};${process.env.PATH}` };
  assert.equal(await greet({ command: file, env }), "Hello, Ada!");
  assert.equal((await run([goProgram("greeter-host"), `${file}.cmd`], env)).code, 0);
});

test("a single executable application is called .exe", async () => {
  const { code, stderr } = await run([
    process.execPath,
    cli,
    entry,
    "--executable",
    "--outfile",
    join(place, "single"),
  ]);
  assert.equal(code, 0, stderr);
  assert.ok(readdirSync(place).includes("single.exe"));
  assert.equal(await greet({ command: join(place, "single") }), "Hello, Ada!");
  assert.equal((await run([goProgram("greeter-host"), join(place, "single.exe")])).code, 0);
});
