import programs from "../../interop/go-programs.json" with { type: "json" };
import { root } from "../requirements.mjs";

/** A host or a plugin of the demo. */
export interface Program {
  /** The path of its source. */
  readonly what: string;
  readonly command: readonly [string, ...string[]];
  /** The package for `go build`, for a program in Go. */
  readonly go?: { readonly module: string; readonly path: string };
  /** Shows its stderr only when the call fails. */
  readonly hideStderr?: boolean;
}

/** A run of a host, and its expected output. */
export interface Call {
  readonly args: readonly string[];
  /** The text behind `$ host`, in place of the arguments. */
  readonly shown?: string;
  readonly stdout: string;
  readonly stderr: string;
}

export interface Pair {
  readonly title: string;
  readonly needsGo?: boolean;
  readonly host: Program;
  readonly plugin: Program;
  readonly calls: readonly Call[];
}

type Sides = Pick<Pair, "host" | "plugin">;
type Twins = Readonly<Record<"typescript" | "go", Sides>>;

const greeter: Sides = {
  host: { what: "examples/greeter/src/host.ts", command: [process.execPath, `${root}examples/greeter/dist/host.js`] },
  plugin: { what: "examples/greeter/src/plugin.ts", command: [`${root}examples/greeter/dist/plugin.js`] },
};
const netRpcGreeter = twins("examples/greeter", "greeter-netrpc");
const netRpcLogger = twins("examples/greeter-logger", "greeter-logger-netrpc");
const grpcLogger: Twins = {
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
const kv: Sides = {
  host: { what: "examples/kv/src/host.ts", command: [process.execPath, `${root}examples/kv/dist/host.js`] },
  plugin: { what: "examples/kv/src/plugin.ts", command: [`${root}examples/kv/dist/plugin.js`] },
};
// Its stderr is go-plugin's log at debug level.
const hashicorp: Sides = { host: { ...goProgram("grpc-host"), hideStderr: true }, plugin: goProgram("grpc-plugin") };

const greetings = { shown: "", stdout: "Hello, Alice!\n", stderr: "" };
const loggedGreetings = { shown: "", stdout: "Log: Greeted Bob\nHello, Bob!\n", stderr: "" };

const calledBack = {
  stdout: "plugin: greeting Ada\nHello, Ada!\nplugin: greeting Grace\nHello, Grace!\n",
  stderr: "",
};

export const pairs: readonly Pair[] = [
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
function twins(folder: string, name: "greeter-netrpc" | "greeter-logger-netrpc"): Twins {
  const source = (side: string) => `${folder}/src/netrpc/${side}.ts`;
  const built = (side: string) => `${root}${folder}/dist/netrpc/${side}.js`;
  return {
    typescript: {
      host: { what: source("host"), command: [process.execPath, built("host")] },
      plugin: { what: source("plugin"), command: [built("plugin")] },
    },
    // Its yamux may complain on stderr that the plugin is gone while the host closes.
    go: { host: { ...goProgram(`${name}-host`), hideStderr: true }, plugin: goProgram(`${name}-plugin`) },
  };
}

/** A Go program that the tests build too. HashiCorp's examples come from the go-plugin module unchanged. */
function goProgram(name: keyof typeof programs): Program {
  const { module, package: path } = programs[name];
  const what = path.startsWith("./") ? `${module}/${path.slice(2)}` : path;
  return { what, go: { module, path }, command: [`${root}interop/.build/${name}`] };
}

function putAndGet(writer: string): readonly Call[] {
  return [
    { args: ["put", "hello", "world"], stdout: "", stderr: "" },
    { args: ["get", "hello"], stdout: `world\n\nWritten from ${writer}\n`, stderr: "" },
  ];
}
