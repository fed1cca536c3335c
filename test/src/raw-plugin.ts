import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { closeSync, constants, openSync, unlinkSync } from "node:fs";
import { connect, Socket } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { type ClientOf, type PluginsOf, silentLogger } from "@go-plugin/proto";
import { type Handshake, parseHandshake } from "@go-plugin/proto/handshake";
import { loadClient, type PluginClient, type PluginClientOptions } from "@go-plugin/proto/internal";
import { kvPlugins } from "../../examples/kv/src/shared.js";
import { fixture } from "./build-fixtures.js";
import { pluginRuntime } from "./runtime.js";
import type { Sandbox } from "./sandbox.js";

export interface RawPluginOptions {
  readonly args?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /**
   * The kind of stdout and stderr: Node's hosts use sockets, Go's use pipes.
   * @default "pipes"
   */
  readonly stdio?: "pipes" | "sockets";
  /** Starts it as the child of a shell that stays. */
  readonly throughShell?: boolean;
}

/** A plugin's process that was started without a host, so that all of its output can be seen. */
export interface RawPlugin {
  readonly child: ChildProcess;
  stdout(): string;
  stderr(): string;
  /** The first line of stdout. */
  line(): Promise<string>;
  handshake(): Promise<Handshake>;
  connect(options?: Partial<PluginClientOptions>): Promise<PluginClient>;
  readonly exited: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
}

const hostEnvironment = {
  BASIC_PLUGIN: "hello",
  PLUGIN_PROTOCOL_VERSIONS: "1",
  PLUGIN_MIN_PORT: "10000",
  PLUGIN_MAX_PORT: "25000",
};

/** Starts a fixture as a host does. `undefined` in `env` removes a variable. */
export function startRawPlugin(sandbox: Sandbox, name: string, options: RawPluginOptions = {}): RawPlugin {
  const command = [...pluginRuntime, fixture(name), ...(options.args ?? [])];
  const shell = ["sh", "-c", '"$@"; exit $?', "sh", ...command];
  const [file, ...args] = options.throughShell ? shell : command;
  const env = { ...process.env, ...hostEnvironment, ...sandbox.env, ...options.env };
  const pipes = options.stdio === "sockets" ? undefined : { out: namedPipe(sandbox), err: namedPipe(sandbox) };
  const child = spawn(file!, args, { env, stdio: ["ignore", pipes?.out.fd ?? "pipe", pipes?.err.fd ?? "pipe"] });
  for (const pipe of Object.values(pipes ?? {})) closeSync(pipe.fd);
  const stdout = collect(pipes?.out.stream ?? child.stdout!);
  const stderr = collect(pipes?.err.stream ?? child.stderr!);
  const exited = once(child, "exit").then(async ([code, signal]) => {
    await Promise.all([stdout.ended, stderr.ended]);
    return { code, signal };
  });
  const line = async () => {
    while (!stdout.text().includes("\n")) {
      if (await Promise.race([stdout.more(), exited])) throw new Error(`ended without a line: ${stderr.text()}`);
    }
    return stdout.text().split("\n", 1)[0]!;
  };
  const handshake = async () => parseHandshake(await line(), { versions: [0, 1, 2, 3], protocols: ["grpc"] });
  return {
    child,
    stdout: stdout.text,
    stderr: stderr.text,
    line,
    handshake,
    exited,
    connect: async (connectOptions) => {
      const { address } = await handshake();
      const { connectPlugin } = await loadClient("grpc");
      return connectPlugin(kvPlugins.versions[1], () => connect(address), { logger: silentLogger, ...connectOptions });
    },
  };
}

/** A client of the fixture's commands. */
export async function commandsOf(
  plugin: PluginClient,
): Promise<(command: string, signal?: AbortSignal) => Promise<string>> {
  const kv = (await plugin.dispense("kv_grpc")) as ClientOf<PluginsOf<(typeof kvPlugins.versions)[1]>["kv_grpc"]>;
  return async (command, signal) =>
    Buffer.from((await kv.get({ key: command }, signal && { signal })).value).toString();
}

function namedPipe(sandbox: Sandbox): { readonly fd: number; readonly stream: Readable } {
  const path = join(sandbox.directory, randomUUID());
  execFileSync("mkfifo", [path]);
  const stream = new Socket({ fd: openSync(path, constants.O_RDONLY | constants.O_NONBLOCK), writable: false });
  const fd = openSync(path, "w");
  unlinkSync(path);
  return { fd, stream };
}

function collect(stream: Readable) {
  const chunks: Buffer[] = [];
  stream.on("data", (chunk: Buffer) => chunks.push(chunk));
  return {
    text: () => Buffer.concat(chunks).toString(),
    more: () => once(stream, "data").then(() => undefined),
    ended: once(stream, "close"),
  };
}
