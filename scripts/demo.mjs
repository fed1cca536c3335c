// `npm run demo`: TypeScript and HashiCorp's own Go programs as host and plugin of each other. It checks what it shows.
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build, findGo, install, requireNode, root, run } from "./setup.mjs";

const greeter = {
  host: { what: "examples/greeter/src/host.ts", command: [process.execPath, `${root}examples/greeter/dist/host.js`] },
  plugin: { what: "examples/greeter/src/plugin.ts", command: [`${root}examples/greeter/dist/plugin.js`] },
};
const kv = {
  host: { what: "examples/kv/src/host.ts", command: [process.execPath, `${root}examples/kv/dist/host.js`] },
  plugin: { what: "examples/kv/src/plugin.ts", command: [`${root}examples/kv/dist/plugin.js`] },
};
// Its stderr is go-plugin's log at debug level.
const hashicorp = { host: { ...goExample("grpc-host"), hideStderr: true }, plugin: goExample("grpc-plugin") };

const pairs = [
  {
    title: "A TypeScript host runs HashiCorp's own Go plugin",
    needsGo: true,
    host: kv.host,
    plugin: hashicorp.plugin,
    calls: putAndGet("plugin-go-grpc"),
  },
  {
    title: "HashiCorp's own Go host runs a TypeScript plugin",
    needsGo: true,
    host: hashicorp.host,
    plugin: kv.plugin,
    calls: putAndGet("plugin-typescript"),
  },
  {
    title: "A TypeScript host runs a TypeScript plugin",
    host: greeter.host,
    plugin: greeter.plugin,
    calls: [{ args: greeter.plugin.command, shown: "", stdout: "Hello, Ada!\n3\n2\n1\n", stderr: "greeting Ada\n" }],
  },
];

/** A program of HashiCorp's examples, built from the go-plugin module as it is. */
function goExample(name) {
  const programs = JSON.parse(readFileSync(`${root}interop/go-programs.json`, "utf8"));
  return { ...programs[name], what: programs[name].package, name, command: [`${root}interop/.build/${name}`] };
}

function putAndGet(writer) {
  return [
    { args: ["put", "hello", "world"], stdout: "", stderr: "" },
    { args: ["get", "hello"], stdout: `world\n\nWritten from ${writer}\n`, stderr: "" },
  ];
}

function show({ title, host, plugin, calls }, number) {
  process.stdout.write(`\n${number}  ${title}\n\n   host    ${host.what}\n   plugin  ${plugin.what}\n\n`);
  const cwd = mkdtempSync(join(tmpdir(), "demo-"));
  try {
    for (const call of calls) showCall(host, plugin, call, cwd);
  } finally {
    rmSync(cwd, { recursive: true });
  }
}

function showCall(host, plugin, { args, shown = ` ${args.join(" ")}`, stdout, stderr }, cwd) {
  process.stdout.write(`   $ host${shown}\n`);
  const [command, ...first] = host.command;
  // Both KV hosts hand KV_PLUGIN to a shell.
  const env = { ...process.env, KV_PROTO: "grpc", KV_PLUGIN: `"${plugin.command[0]}"` };
  const ran = spawnSync(command, [...first, ...args], { cwd, env, encoding: "utf8", timeout: 60_000 });
  const isAsExpected = ran.status === 0 && ran.stdout === stdout && (host.hideStderr || ran.stderr === stderr);
  const hideStderr = host.hideStderr && isAsExpected;
  process.stdout.write(quote("plugin", hideStderr ? "" : ran.stderr) + quote("host", ran.stdout));
  if (isAsExpected) return;
  const expected = { exit: 0, stdout, stderr };
  const got = { exit: ran.status ?? ran.signal, stdout: ran.stdout, stderr: ran.stderr, error: ran.error?.message };
  throw new Error(`expected ${JSON.stringify(expected)}\n     got ${JSON.stringify(got)}`);
}

/** Lines of a program's output, with its name in front. */
function quote(who, output) {
  const lines = (output ?? "").split("\n").slice(0, -1);
  return lines.map((line) => `     ${who.padStart(6)} │ ${line}\n`).join("");
}

function showLeftOut(leftOut, why) {
  process.stdout.write(
    `\nLeft out, because ${why} and HashiCorp's programs are built with Go 1.24 or newer:\n\n` +
      leftOut.map(({ title }) => `   ${title}\n`).join("") +
      "\nInstall Go from https://go.dev/dl and run npm run demo again.\n",
  );
}

requireNode();
const { missing, version } = findGo();
install();
build();
if (!missing) {
  for (const { name, module, package: path } of Object.values(hashicorp)) {
    run(`go build ${path}`, "go", ["build", "-o", `${root}interop/.build/${name}`, path], {
      quiet: true,
      cwd: root + module,
    });
  }
}
const shown = pairs.filter(({ needsGo }) => !needsGo || !missing);
try {
  for (const [index, pair] of shown.entries()) show(pair, index + 1);
} catch (error) {
  process.stderr.write(`\nThe demo failed: ${error.message}\n`);
  process.exit(1);
}
if (missing)
  showLeftOut(
    pairs.filter(({ needsGo }) => needsGo),
    missing,
  );
process.stdout.write(`\nAll that is shown was checked. Node ${process.version}${missing ? "" : `, ${version}`}.\n`);
