import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Trace } from "../run/trace.js";
import { after } from "../wire/grpc-client.js";
import { connectTo, type Handshake, parseLine } from "./line.js";
import type { PluginSubject } from "./subject.js";

export interface StartOptions {
  /** Variables on top of those that a host sets; undefined takes one away. */
  readonly env?: NodeJS.ProcessEnv;
  /** Starts with nothing of the kit's own environment but what a program needs to run. */
  readonly bare?: boolean;
  /** Uses the temporary directory of another start. */
  readonly directory?: string;
}

/** The end of a process. */
export interface Exit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** Starts the plugin as a host does. */
export function startPlugin(subject: PluginSubject, trace: Trace, options: StartOptions = {}): StartedPlugin {
  const directory = options.directory ?? temporaryDirectory().path;
  const host = options.bare ? {} : hostVariables(subject);
  const env = without({
    ...inherited(options.bare ?? false),
    TMPDIR: directory,
    ...subject.env,
    [subject.cookie.key]: subject.cookie.value,
    ...host,
    ...options.env,
  });
  // Rules about rights of sockets are about the usual umask.
  const umask = process.platform === "win32" ? 0 : process.umask(0o022);
  try {
    const child = spawn(subject.command, subject.args, { env, stdio: ["ignore", "pipe", "pipe"] });
    trace.say(`# start ${[subject.command, ...subject.args].join(" ")} ${describe({ ...host, ...options.env })}`);
    return new StartedPlugin(child, subject, trace, directory, options.directory === undefined);
  } finally {
    if (process.platform !== "win32") process.umask(umask);
  }
}

/** A directory with a short path: sockets have to fit. */
export function temporaryDirectory(): Disposable & { readonly path: string } {
  const path = realpathSync(mkdtempSync(join(tmpdir(), "gpc-")));
  return { path, [Symbol.dispose]: () => rmSync(path, { recursive: true, force: true }) };
}

export function hostVariables(subject: PluginSubject): NodeJS.ProcessEnv {
  return {
    PLUGIN_PROTOCOL_VERSIONS: subject.versions.join(","),
    PLUGIN_MIN_PORT: "10000",
    PLUGIN_MAX_PORT: "25000",
  };
}

/** The kit's environment, without what a host of its own has set. */
export function inherited(bare: boolean): NodeJS.ProcessEnv {
  const keep = (name: string) => (bare ? ["PATH", "HOME", "SYSTEMROOT"].includes(name) : !name.startsWith("PLUGIN_"));
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => keep(name)));
}

const without = (env: NodeJS.ProcessEnv) =>
  Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined));

const describe = (env: NodeJS.ProcessEnv) =>
  Object.entries(env)
    .map(([name, value]) => (value === undefined ? `-${name}` : `${name}=${value.split("\n")[0]}`))
    .join(" ");

/** A plugin's process. Disposing it kills it, and removes what it has left. */
export class StartedPlugin implements AsyncDisposable {
  readonly #child: ChildProcess;
  readonly #chunks: Record<"stdout" | "stderr", Buffer[]> = { stdout: [], stderr: [] };
  readonly exited: Promise<Exit>;
  #exit: Exit | undefined;
  #wakes: (() => void)[] = [];
  readonly #ownsDirectory: boolean;

  constructor(
    child: ChildProcess,
    readonly subject: PluginSubject,
    readonly trace: Trace,
    readonly directory: string,
    ownsDirectory: boolean,
  ) {
    this.#ownsDirectory = ownsDirectory;
    this.#child = child;
    for (const name of ["stdout", "stderr"] as const) {
      let size = 0;
      child[name]!.on("data", (chunk: Buffer) => {
        for (const line of chunk.toString().trimEnd().split("\n")) trace.say(`< ${name}: ${line}`);
        size += chunk.length;
        if (size < 1 << 20) this.#chunks[name].push(chunk);
        this.#wake();
      });
    }
    let failure: Error | undefined;
    child.on("error", (error) => {
      failure = error;
    });
    this.exited = once(child, "exit").then(
      ([code, signal]) => ({ code, signal }),
      () => {
        trace.say(`! ${failure?.message}`);
        return { code: null, signal: null };
      },
    );
    void this.exited.then((exit) => {
      this.#exit = exit;
      trace.say(`# exit ${describeExit(exit)}`);
      this.#wake();
    });
  }

  get pid(): number | undefined {
    return this.#child.pid;
  }

  get exit(): Exit | undefined {
    return this.#exit;
  }

  get stdout(): string {
    return Buffer.concat(this.#chunks.stdout).toString();
  }

  get stderr(): string {
    return Buffer.concat(this.#chunks.stderr).toString();
  }

  /** Its stdout up to the first newline, or what there is of it when it ends or time is up. */
  async firstLine(): Promise<string> {
    let late = false;
    void after(this.subject.timeoutMs, undefined).then(() => {
      late = true;
      this.#wake();
    });
    while (!this.stdout.includes("\n") && !this.#exit && !late) {
      await new Promise<void>((resolve) => this.#wakes.push(resolve));
    }
    // Output from before the exit may still be on its way.
    if (this.#exit && !this.stdout.includes("\n")) await Promise.race([once(this.#child, "close"), after(500, 0)]);
    const end = this.stdout.indexOf("\n");
    return end === -1 ? this.stdout : this.stdout.slice(0, end + 1);
  }

  /** @throws {Blocked} naming the rule that keeps the line from being used. */
  async handshake(): Promise<Handshake> {
    return parseLine(await this.firstLine());
  }

  async connect() {
    return connectTo(await this.handshake(), this.trace);
  }

  signal(signal: NodeJS.Signals): void {
    this.trace.say(`> ${signal}`);
    this.#child.kill(signal);
  }

  /** The process's end; undefined if it did not end in that time. */
  exitWithin(timeoutMs: number): Promise<Exit | undefined> {
    return Promise.race([this.exited, after(timeoutMs, undefined)]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (!this.#exit && this.pid !== undefined) {
      this.#child.kill("SIGKILL");
      await this.exited;
    }
    this.#child.stdout?.destroy();
    this.#child.stderr?.destroy();
    if (this.#ownsDirectory) rmSync(this.directory, { recursive: true, force: true });
  }

  #wake(): void {
    for (const wake of this.#wakes.splice(0)) wake();
  }
}

export const describeExit = ({ code, signal }: Exit) => (signal ? `by ${signal}` : `with code ${code}`);
