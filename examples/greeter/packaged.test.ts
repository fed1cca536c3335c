import { execFile } from "node:child_process";
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { promisify } from "node:util";
import { afterAll, beforeAll, expect, test } from "vitest";
import { goProgram } from "../../interop/src/build-go.js";
import { example, type Outcome, run } from "../run.js";

const root = fileURLToPath(new URL("../..", import.meta.url));
const cli = join(root, "packages/plugin/dist/build/cli.js");
const folder = mkdtempSync(join(tmpdir(), "packaged-"));
const plugin = join(folder, "my-plugin");
let inGo: Outcome;

const build = (...args: string[]) => promisify(execFile)(process.execPath, [cli, ...args]);
const greet = (command: string) => run([goProgram("greeter-host"), command]);

beforeAll(async () => {
  inGo = await greet(goProgram("greeter-plugin"));
  expect(inGo.code).toBe(0);
  expect(await build(example("greeter/src/plugin.ts"), "--outfile", plugin)).toEqual({ stdout: "", stderr: "" });
});

afterAll(() => rmSync(folder, { recursive: true }));

/** A copy of the file with another code cache, or with a cache that claims another origin. */
function withCache(
  name: string,
  change: (parts: { loader: string; source: string; cache: string }) => string[],
): string {
  const path = join(folder, name);
  const text = readFileSync(plugin, "latin1");
  const end = "\n*/\n";
  const [first, last] = [text.indexOf("\n/*:\n"), text.lastIndexOf("\n", text.length - end.length - 1) + 1];
  const parts = {
    loader: text.slice(0, first),
    source: text.slice(first, last),
    cache: text.slice(last, -end.length),
  };
  writeFileSync(path, `${change(parts).join("")}${end}`, { mode: 0o755 });
  return path;
}

test("one file, which a Go host starts", async () => {
  expect(statSync(plugin).mode & 0o111).toBe(0o111);
  expect(await greet(plugin)).toEqual(inGo);
});

test("a host in one file, as a script and as an executable", async () => {
  const host = join(folder, "my-host");
  expect(await build(example("greeter/src/host.ts"), "--outfile", host)).toEqual({ stdout: "", stderr: "" });
  await build(example("greeter/src/host.ts"), "--outfile", `${host}-executable`, "--executable");
  for (const command of [[host], [process.execPath, host], [`${host}-executable`]]) {
    expect(await run([command[0]!, ...command.slice(1), goProgram("greeter-plugin")])).toMatchObject({
      code: 0,
      stdout: inGo.stdout,
    });
  }
});

test("the same file, started by node and through a link", async () => {
  const byNode = await run([goProgram("greeter-host"), process.execPath, plugin]);
  expect(byNode).toEqual(inGo);
  const link = join(folder, "link");
  symlinkSync(plugin, link);
  expect(await greet(link)).toEqual(inGo);
});

test("the plugin sees itself as the script that it is, with its arguments", async () => {
  const entry = join(folder, "tells.ts");
  const endsComment = "String.raw`*/`, /a*/.source";
  writeFileSync(
    entry,
    `console.log(JSON.stringify([process.argv.slice(1), __filename, import.meta.url, ${endsComment}]));`,
  );
  const { stderr } = await build(entry, "--outfile", join(folder, "tells"));
  expect(stderr).toBe("");
  const file = realpathSync(join(folder, "tells"));
  const told = JSON.stringify([[join(folder, "tells"), "a b", "'"], file, pathToFileURL(file).href, "*/", "a*"]);
  for (const command of [["tells"], [process.execPath, "tells"]]) {
    const { stdout } = await promisify(execFile)(command[0]!, [...command.slice(1), "a b", "'"], {
      cwd: folder,
      env: { ...process.env, PATH: `${folder}${delimiter}${process.env.PATH}` },
    });
    expect(stdout).toBe(`${told}\n`);
  }
});

test("a worker and a fork of the script run it too", async () => {
  const entry = join(folder, "starts-itself.ts");
  writeFileSync(
    entry,
    `import { fork } from "node:child_process";
import { isMainThread, Worker } from "node:worker_threads";
if (!isMainThread) console.log("in a worker");
else if (process.argv[2] === "fork") console.log("in a fork");
else {
  fork(process.argv[1]!, ["fork"]).on("exit", () => new Worker(process.argv[1]!));
}`,
  );
  await build(entry, "--outfile", join(folder, "starts-itself"));
  for (const command of [[join(folder, "starts-itself")], [process.execPath, join(folder, "starts-itself")]]) {
    const { stdout } = await run(command as [string]);
    expect(stdout).toBe("in a fork\nin a worker\n");
  }
});

test("V8 takes the code cache that is in it", async () => {
  const tells = withCache("tells", ({ loader, source, cache }) => [
    loader.replace(/(?=const module = \{)/, "process.stderr.write('rejected: ' + script.cachedDataRejected + '\\n');"),
    source,
    cache,
  ]);
  expect((await run([tells])).stderr).toMatch(/^rejected: false\n/);
});

test("a folder of ES modules", async () => {
  const modules = join(folder, "modules");
  mkdirSync(modules);
  writeFileSync(join(modules, "package.json"), '{ "type": "module" }');
  writeFileSync(join(modules, "my-plugin"), readFileSync(plugin), { mode: 0o755 });
  expect(await greet(join(modules, "my-plugin"))).toEqual(inGo);
  expect(await run([goProgram("greeter-host"), process.execPath, join(modules, "my-plugin")])).toEqual(inGo);
});

test("the cache of another Node.js is left aside", async () => {
  const ofOther = withCache("of-other", ({ loader, source, cache }) => [
    loader.replace(process.version, "v0.0.0".padEnd(process.version.length, "0")),
    source,
    cache,
  ]);
  expect(await greet(ofOther)).toEqual(inGo);
  // The header, which holds what V8 compares.
  const ofOtherV8 = withCache("of-other-v8", ({ loader, source, cache }) => {
    const bytes = Buffer.from(cache, "base64");
    bytes.fill(0xff, 0, 16);
    return [loader, source, bytes.toString("base64")];
  });
  expect(await greet(ofOtherV8)).toEqual(inGo);
});

test("a single executable application needs no Node.js", async () => {
  const executable = join(folder, "my-executable");
  await build(example("greeter/src/plugin.ts"), "--outfile", executable, "--executable");
  const withoutNode = await run([goProgram("greeter-host"), executable], { env: { PATH: "" } });
  expect(withoutNode).toEqual(inGo);
});

test("an error that nobody catches names the file, and does not print all of it", async () => {
  const entry = join(folder, "crashes.ts");
  const source = JSON.stringify(example("greeter/src/plugin.ts"));
  const crash = 'if (process.env.CRASH) setImmediate(() => { throw new Error("a bug"); });';
  writeFileSync(entry, `import ${source};\n${crash}`);
  const crashes = join(folder, "crashes");
  expect(await build(entry, "--outfile", crashes)).toEqual({ stdout: "", stderr: "" });
  const env = { ...process.env, CRASH: "1", GREETER_PLUGIN: "hello" };
  const { code, stderr } = await run([crashes], { env });
  expect(code).not.toBe(0);
  expect(stderr).toMatch(/^panic: uncaught error in the plugin: Error: a bug\n/m);
  expect(stderr).toMatch(/^ {4}at Immediate\.<anonymous> \((?:.*\/)?crashes:\d+:\d+\)$/m);
  expect(Math.max(...stderr.split("\n").map((line) => line.length))).toBeLessThan(1_000);
});

test.each([[], ["--executable"]])(
  "with --sourcemap, stack traces name the places in the sources, %s",
  async (...options) => {
    const entry = join(folder, "mapped.ts");
    const source = JSON.stringify(example("greeter/src/plugin.ts"));
    const lines = [
      "#!/usr/bin/env node",
      `import ${source};`,
      "interface Ignored { readonly text: string }",
      "function usersFunction(): never {",
      '  throw new Error("a bug");',
      "}",
      "if (process.env.CRASH) setImmediate(() => usersFunction());",
      "console.error(import.meta.url);",
    ];
    writeFileSync(entry, lines.join("\n"));
    const mapped = join(folder, `mapped${options.length}`);
    expect((await build(entry, "--outfile", mapped, "--sourcemap", ...options)).stdout).toBe("");
    expect(existsSync(`${mapped}.map`)).toBe(true);
    const env = { ...process.env, CRASH: "1", GREETER_PLUGIN: "hello" };
    const { stderr } = await run([mapped], { env });
    expect(stderr).toMatch(
      /^ {4}at usersFunction \(.*mapped\.ts:5:\d+\)\n {4}at Immediate\.<anonymous> \(.*mapped\.ts:7:\d+\)$/m,
    );
    expect(await greet(mapped)).toEqual({ ...inGo, stderr: expect.anything() });
    // Without the map, which nobody has to ship.
    rmSync(`${mapped}.map`);
    expect((await run([mapped], { env })).stderr).toMatch(/at usersFunction \((?:.*\/)?mapped\d?:\d+:\d+\)/);
  },
);

test("grpc-js, which need not be installed, is not asked for", async () => {
  const project = join(folder, "without-grpc-js");
  const modules = join(project, "node_modules");
  for (const name of readdirSync(join(root, "packages"))) {
    if (!existsSync(join(root, "packages", name, "dist"))) continue;
    for (const part of ["package.json", "dist"]) {
      cpSync(join(root, "packages", name, part), join(modules, "@go-plugin", name, part), { recursive: true });
    }
  }
  const entry = join(project, "plugin.mjs");
  const definition = '{ magicCookieKey: "A", magicCookieValue: "b", versions: { 1: grpc({}) } }';
  writeFileSync(
    entry,
    `import { definePlugins, grpc, serve } from "@go-plugin/plugin";
serve(definePlugins(${definition}), { 1: {} });`,
  );
  expect(await build(entry, "--outfile", join(project, "plugin"))).toEqual({ stdout: "", stderr: "" });
  writeFileSync(entry, 'import "@grpc/grpc-js";');
  await expect(build(entry, "--outfile", join(project, "none"))).rejects.toThrow('Could not resolve "@grpc/grpc-js"');
});

test("protobufjs's runtime is there once, also where the plugin has it itself", async () => {
  const entry = join(folder, "has-protobufjs.ts");
  const [source, runtime] = [example("greeter/src/plugin.ts"), join(root, "node_modules/protobufjs/minimal.js")];
  writeFileSync(entry, `import protobuf from "${runtime}";\nimport "${source}";\nprotobuf.Reader;`);
  const both = join(folder, "has-protobufjs");
  expect(await build(entry, "--outfile", both)).toEqual({ stdout: "", stderr: "" });
  expect(await greet(both)).toEqual(inGo);
  for (const file of [plugin, both]) {
    expect(readFileSync(file, "latin1").match(/\w+\.LongBits=require_longbits\w*\(\)/g)).toHaveLength(1);
  }
});

test("a plugin that cannot be started here is built without a cache, and with a warning", async () => {
  const place = join(folder, "project");
  mkdirSync(place);
  symlinkSync(join(root, "node_modules"), join(place, "node_modules"));
  const entry = join(place, "needs-a-database.ts");
  writeFileSync(entry, 'import "@go-plugin/plugin"; throw new Error("no database");');
  const { stderr } = await build(entry, "--outfile", join(folder, "uncached"));
  expect(stderr).toMatch(/^warning: built without a code cache.*it ended with exit code 1/s);
  expect(stderr).toContain("no database");
});

test("what cannot be bundled is an error that says why", async () => {
  const entry = join(folder, "awaits.ts");
  writeFileSync(entry, "await Promise.resolve(); export {};");
  await expect(build(entry, "--outfile", join(folder, "none"))).rejects.toThrow("call serve(…) without it");
  await expect(build(join(folder, "nothing.ts"))).rejects.toThrow("could not be bundled");
  await expect(build()).rejects.toThrow("go-plugin-build <entry>");
});
