import type { ChildProcess } from "node:child_process";
import type { Readable } from "node:stream";
import { exited, type Handle, type Logger } from "@go-plugin/proto/internal";
import { readStderr } from "../stderr/read-stderr.js";
import type { LaunchSettings } from "../validate/launch-options.js";
import { drainPipes } from "./drain-pipes.js";
import type { PluginExit } from "./plugin-exit.js";
import type { StartedProcess } from "./running-process.js";

/** A plugin that runs as a child process of this host. Go: CmdRunner. */
export class PluginProcess implements StartedProcess {
  readonly pid: number;
  readonly id: string;
  readonly stdout: Readable;
  /** Resolves soon after the process itself has ended, even if another one still holds its pipes. */
  readonly exited: Promise<PluginExit>;
  readonly #child: ChildProcess;
  readonly #stderrTail: { toString(): string };
  #state: "running" | "ending" | "exited" = "running";

  constructor(child: ChildProcess, logger: Logger, rawStderr: LaunchSettings["rawStderr"]) {
    this.#child = child;
    this.pid = child.pid!;
    this.id = String(child.pid);
    this.stdout = child.stdout!;
    this.#stderrTail = readStderr(child.stderr!, logger, rawStderr);
    this.exited = this.#watchExit(child);
    child.on("error", (error) => logger.error("plugin process error", { pid: this.pid, error: error.message }));
  }

  get state(): "running" | "ending" | "exited" {
    return this.#state;
  }

  get stderrTail(): string {
    return this.#stderrTail.toString();
  }

  expectExit(): void {
    if (this.#state === "running") this.#state = "ending";
  }

  signal(name: "SIGTERM" | "SIGKILL"): void {
    if (this.#state === "exited") return;
    // Deno delivers no second signal to its child.
    if (process.versions.deno) process.kill(this.pid, name);
    else this.#child.kill(name);
  }

  ref(): void {
    this.#child.ref();
    for (const pipe of [this.#child.stdout, this.#child.stderr]) (pipe as unknown as Handle).ref?.();
  }

  unref(): void {
    this.#child.unref();
    for (const pipe of [this.#child.stdout, this.#child.stderr]) (pipe as unknown as Handle).unref?.();
  }

  abandon(): void {
    this.#child.unref();
    this.#child.stdout!.destroy();
    this.#child.stderr!.destroy();
  }

  detach(): void {
    this.expectExit();
    // The pipes are read as long as this host lives: a plugin that cannot write its log ends.
    this.unref();
  }

  async #watchExit(child: ChildProcess): Promise<PluginExit> {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
      child.once("exit", (...result) => resolve(result));
    });
    const expected = this.#state === "ending";
    this.#state = "exited";
    if (exited.hasSubscribers) exited.publish({ pid: this.pid, code, signal, expected });
    await drainPipes([child.stdout!, child.stderr!]);
    return { code, signal, stderrTail: this.stderrTail, expected };
  }
}
