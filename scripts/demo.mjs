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
const netRpcGreeter = twins("examples/greeter", "greeter-netrpc");
const netRpcLogger = twins("examples/greeter-logger", "greeter-logger-netrpc");
const grpcLogger = {
  typescript: {
    host: {
      what: "examples/greeter-logger/src/host.ts",
      command: [process.execPath, `${root}examples/greeter-logger/dist/host.js`],
    },
    plugin: {
      what: "examples/greeter-logger/src/plugin.ts",
      command: [`${root}examples/greeter-logger/dist/plugin.js`],
    },
  },
  go: { host: goProgram("greeter-logger-host"), plugin: goProgram("greeter-logger-plugin") },
};
const kv = {
  host: { what: "examples/kv/src/host.ts", command: [process.execPath, `${root}examples/kv/dist/host.js`] },
  plugin: { what: "examples/kv/src/plugin.ts", command: [`${root}examples/kv/dist/plugin.js`] },
};
// Its stderr is go-plugin's log at debug level.
const hashicorp = { host: { ...goProgram("grpc-host"), hideStderr: true }, plugin: goProgram("grpc-plugin") };

const greetings = { shown: "", stdout: "Hello, Alice!\n", stderr: "" };
const loggedGreetings = { shown: "", stdout: "Log: Greeted Bob\nHello, Bob!\n", stderr: "" };

const calledBack = {
  stdout: "plugin: greeting Ada\nHello, Ada!\nplugin: greeting Grace\nHello, Grace!\n",
  stderr: "",
};

const pairs = [
  {
    title: "Over gRPC: a TypeScript host runs HashiCorp's own Go plugin",
    needsGo: true,
    host: kv.host,
    plugin: hashicorp.plugin,
    calls: putAndGet("plugin-go-grpc"),
  },
  {
    title: "Over gRPC: HashiCorp's own Go host runs a TypeScript plugin",
    needsGo: true,
    host: hashicorp.host,
    plugin: kv.plugin,
    calls: putAndGet("plugin-typescript"),
  },
  {
    title: "Over gRPC: a TypeScript host runs a TypeScript plugin",
    host: greeter.host,
    plugin: greeter.plugin,
    calls: [{ args: greeter.plugin.command, shown: "", stdout: "Hello, Ada!\n3\n2\n1\n", stderr: "greeting Ada\n" }],
  },
  {
    title: "Over gRPC in both directions: a Go host runs a TypeScript plugin, which logs through its host",
    needsGo: true,
    host: grpcLogger.go.host,
    plugin: grpcLogger.typescript.plugin,
    calls: [{ ...calledBack, args: grpcLogger.typescript.plugin.command, shown: "" }],
  },
  {
    title: "Over gRPC in both directions, on one connection: a TypeScript host runs a Go plugin",
    needsGo: true,
    host: grpcLogger.typescript.host,
    plugin: grpcLogger.go.plugin,
    calls: [{ ...calledBack, args: ["--multiplex", ...grpcLogger.go.plugin.command], shown: " --multiplex" }],
  },
  {
    title: "Over net/rpc, go-plugin's default protocol: a TypeScript host runs a Go plugin",
    needsGo: true,
    host: netRpcGreeter.typescript.host,
    plugin: netRpcGreeter.go.plugin,
    calls: [{ ...greetings, args: netRpcGreeter.go.plugin.command }],
  },
  {
    title: "Over net/rpc in both directions: a Go host runs a TypeScript plugin, which logs through its host",
    needsGo: true,
    host: netRpcLogger.go.host,
    plugin: netRpcLogger.typescript.plugin,
    calls: [{ ...loggedGreetings, args: netRpcLogger.typescript.plugin.command }],
  },
  {
    title: "Over net/rpc: a TypeScript host runs a TypeScript plugin",
    host: netRpcGreeter.typescript.host,
    plugin: netRpcGreeter.typescript.plugin,
    calls: [{ ...greetings, args: netRpcGreeter.typescript.plugin.command }],
  },
  {
    title: "Over net/rpc in both directions: a TypeScript host runs a TypeScript plugin",
    host: netRpcLogger.typescript.host,
    plugin: netRpcLogger.typescript.plugin,
    calls: [{ ...loggedGreetings, args: netRpcLogger.typescript.plugin.command }],
  },
];

/** An example's net/rpc programs in both languages. */
function twins(folder, name) {
  const source = (side) => `${folder}/src/netrpc/${side}.ts`;
  const built = (side) => `${root}${folder}/dist/netrpc/${side}.js`;
  return {
    typescript: {
      host: { what: source("host"), command: [process.execPath, built("host")] },
      plugin: { what: source("plugin"), command: [built("plugin")] },
    },
    // On its stderr yamux may complain that the plugin is gone while the host says goodbye.
    go: { host: { ...goProgram(`${name}-host`), hideStderr: true }, plugin: goProgram(`${name}-plugin`) },
  };
}

/** A Go program that the tests build as well; HashiCorp's examples come from the go-plugin module as they are. */
function goProgram(name) {
  const { module, package: path } = JSON.parse(readFileSync(`${root}interop/go-programs.json`, "utf8"))[name];
  const what = path.startsWith("./") ? `${module}/${path.slice(2)}` : path;
  return { what, go: { module, path }, command: [`${root}interop/.build/${name}`] };
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
    `\nLeft out, because ${why} and Go programs are built with Go 1.24 or newer:\n\n` +
      leftOut.map(({ title }) => `   ${title}\n`).join("") +
      "\nInstall Go from https://go.dev/dl and run npm run demo again.\n",
  );
}

requireNode();
const { missing, version } = findGo();
install();
build();
const shown = pairs.filter(({ needsGo }) => !needsGo || !missing);
for (const { what, go, command } of shown.flatMap(({ host, plugin }) => [host, plugin])) {
  if (!go) continue;
  run(`go build ${what}`, "go", ["build", "-o", command[0], go.path], { quiet: true, cwd: root + go.module });
}
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
