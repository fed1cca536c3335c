import { randomUUID } from "node:crypto";
import { PassThrough, type Readable } from "node:stream";
import { Environment } from "@go-plugin/proto/handshake";
import type { Fault, FaultPlan } from "./fault/fault-plan.js";
import { readHandshake, splitFirstLine } from "./process/first-line.js";
import { LogLines } from "./process/log-lines.js";
import { type RealExit, type RealPlugin, startRealPlugin } from "./process/real-plugin.js";
import { type Watchdog, watchProxy } from "./process/watchdog.js";
import { createIdentity, type Identity } from "./relay/identity.js";
import { Switchboard } from "./relay/switchboard.js";
import type { Schema } from "./schema/index.js";
import { KnownSchema } from "./trace/known-schema.js";
import { Recorder } from "./trace/recorder.js";
import { Redactor, type RedactorOptions } from "./trace/redactor.js";
import type { Side, TraceEvent } from "./trace/trace-event.js";

/** Options of {@link PluginProxy.start}. */
export interface ProxyOptions {
  /** The real plugin: a path, or a name that is looked up in PATH. */
  readonly command: string;
  /** @default [] */
  readonly args?: readonly string[];
  readonly cwd?: string;
  /**
   * The environment that the host has given to the plugin.
   * @default process.env
   */
  readonly env?: NodeJS.ProcessEnv;
  /** Descriptors of the services, which count before what the plugin says of itself. */
  readonly schema?: Schema;
  /**
   * Asks the plugin for the descriptors of its services, on a connection of its own.
   * @default true
   */
  readonly reflection?: boolean;
  /** Names of further variables whose values are recorded, the magic cookie's for instance. */
  readonly recordEnv?: readonly string[];
  /**
   * Also records the bytes of messages that can be decoded, secrets included.
   * @default false
   */
  readonly raw?: boolean;
  readonly redact?: RedactorOptions;
  /** Messages that are longer are recorded without their content, in bytes. @default 33554432 */
  readonly maxMessageBytes?: number;
  /** Faults to make on purpose. @default none */
  readonly faults?: FaultPlan;
  /** Receives the plain bytes of every connection before they are passed on. `opener` is the side that opened it. */
  readonly onBytes?: (connection: number, from: Side, bytes: Buffer, opener: Side) => void;
}

/**
 * Starts the real plugin and stands between it and its host: whoever starts this process in the plugin's place gets its
 * handshake line, with the proxy's own address and certificate. What both sides say is passed on as it is, and can be
 * read as events, once.
 */
export class PluginProxy implements AsyncIterable<TraceEvent>, AsyncDisposable {
  /** The stdout for the host, which begins with the handshake line. */
  readonly stdout: Readable;
  /** The plugin's stderr. */
  readonly stderr: Readable;
  readonly pid: number;
  /** The start, as it is named in each event. */
  readonly session: string;
  /** Resolves when the real plugin has ended and all that it said has been passed on. */
  readonly exited: Promise<RealExit>;
  readonly #recorder: Recorder;
  readonly #real: RealPlugin;

  private constructor(
    real: RealPlugin,
    recorder: Recorder,
    session: string,
    stdout: Readable,
    exited: Promise<RealExit>,
  ) {
    this.#real = real;
    this.#recorder = recorder;
    this.session = session;
    this.pid = real.pid;
    this.stdout = stdout;
    this.stderr = real.stderr;
    this.exited = exited;
  }

  /** @throws {Error} when the real plugin cannot be started. */
  static async start(options: ProxyOptions): Promise<PluginProxy> {
    const { command, args = [], env = process.env } = options;
    const session = randomUUID().slice(0, 8);
    const redactor = new Redactor(options.redact);
    const schema = new KnownSchema(options.schema, (known, source) =>
      recorder.add({ type: "schema", descriptors: Buffer.from(known.toDescriptorSet()).toString("base64"), source }),
    );
    const recorder: Recorder = new Recorder({ session, schema, redactor, raw: options.raw ?? false });
    const hostPem = env[Environment.clientCertificate];
    const identity = hostPem ? await createIdentity(hostPem) : undefined;
    const started = performance.now();
    const real = await startRealPlugin({
      command,
      args,
      cwd: options.cwd,
      env: identity ? { ...env, [Environment.clientCertificate]: identity.pem } : env,
    });
    const watchdog = watchProxy(real.pid);
    recorder.add({ type: "start", command, args, pid: real.pid, ...describeEnv(env, options.recordEnv ?? []) });
    const switchboard = new Switchboard({
      recorder,
      schema,
      identity,
      watchdog,
      faults: options.faults,
      kill: () => real.kill("SIGKILL"),
      reflection: options.reflection ?? true,
      maxMessageBytes: options.maxMessageBytes ?? 32 << 20,
      onBytes: options.onBytes,
      multiplex: env[Environment.multiplex] !== undefined && env[Environment.multiplex] !== "",
    });
    const stdout = new PassThrough();
    void passStdout(real, stdout, { recorder, switchboard, identity, started, faults: options.faults });
    recordLog(real, recorder);
    // Not by its name: esbuild renames a class that names itself.
    return new this(real, recorder, session, stdout, finish(real, stdout, recorder, switchboard, watchdog));
  }

  /** Sends the real plugin a signal. */
  kill(signal: NodeJS.Signals = "SIGTERM"): void {
    this.#real.kill(signal);
  }

  [Symbol.asyncIterator](): AsyncIterator<TraceEvent> {
    return this.#recorder.events[Symbol.asyncIterator]();
  }

  /** Kills the real plugin, if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill("SIGKILL");
    await this.exited;
  }
}

interface LineContext {
  readonly recorder: Recorder;
  readonly switchboard: Switchboard;
  readonly identity: Identity | undefined;
  readonly started: number;
  readonly faults: FaultPlan | undefined;
}

/** Hands the line on with the proxy's address, and all else as it is. */
async function passStdout(real: RealPlugin, stdout: PassThrough, context: LineContext): Promise<void> {
  const { recorder, switchboard, identity, started, faults } = context;
  const first = await splitFirstLine(real.stdout);
  const handshake = readHandshake(first.line);
  let line = first.line;
  if (handshake) {
    recorder.add({
      type: "handshake",
      line: first.line,
      appVersion: handshake.appVersion,
      network: handshake.network,
      address: handshake.address,
      protocol: handshake.protocol,
      autoMtls: identity !== undefined && handshake.serverCertificate !== "",
      multiplex: handshake.multiplex,
      afterMs: performance.now() - started,
    });
    try {
      line = await switchboard.open(handshake);
    } catch (error) {
      recorder.add({ type: "note", note: `the connection is not recorded: ${(error as Error).message}` });
    }
  } else if (first.line !== "") {
    recorder.add({ type: "note", note: `the first line of stdout is no handshake: ${first.line.slice(0, 200)}` });
  }
  const fault: Fault | undefined = handshake && faults?.atHandshake();
  if (fault) {
    recorder.add({ type: "fault", fault: fault.kind, at: "handshake" });
    if (fault.kind === "garbage") stdout.write(`${fault.text}\n`);
    if (fault.kind === "delay") await new Promise((resolve) => setTimeout(resolve, fault.ms));
    if (fault.kind === "kill") real.kill("SIGKILL");
    if (fault.kind === "half") line = line.slice(0, line.length >> 1);
  }
  stdout.write(first.complete ? `${line}\n` : line);
  stdout.write(first.rest);
  real.stdout.pipe(stdout);
}

function recordLog(real: RealPlugin, recorder: Recorder): void {
  const lines = new LogLines((line) => recorder.add({ type: "log", ...line }));
  real.stderr.on("data", (chunk: Buffer) => lines.push(chunk)).once("end", () => lines.end());
  // Whoever is given the stream reads it at its own pace.
  real.stderr.pause();
}

async function finish(
  real: RealPlugin,
  stdout: PassThrough,
  recorder: Recorder,
  switchboard: Switchboard,
  watchdog: Watchdog,
): Promise<RealExit> {
  const exit = await real.exited;
  await Promise.all([ended(real.stdout), ended(real.stderr), switchboard.ended()]);
  stdout.end();
  switchboard.close();
  watchdog.stop();
  recorder.add({ type: "exit", ...exit });
  await recorder.end();
  return exit;
}

/** A grandchild may hold the pipe for ever; what the plugin itself has written comes at once. */
function ended(stream: Readable): Promise<void> {
  if (stream.readableEnded || stream.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const limit = setTimeout(resolve, 200);
    stream.once("close", () => {
      clearTimeout(limit);
      resolve();
    });
  });
}

function describeEnv(
  env: NodeJS.ProcessEnv,
  recorded: readonly string[],
): { env: Record<string, string>; otherEnv: string[] } {
  const shown = Object.keys(env).filter((name) => name.startsWith("PLUGIN_") || recorded.includes(name));
  return {
    env: Object.fromEntries(shown.map((name) => [name, env[name] ?? ""])),
    otherEnv: Object.keys(env)
      .filter((name) => !shown.includes(name))
      .sort(),
  };
}
