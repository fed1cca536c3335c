import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { basename } from "node:path";
import type { Readable } from "node:stream";
import type { Logger } from "@go-plugin/proto";
import { explainSpawnError } from "./command/spawn-error.js";
import { drainPipes } from "./drain-pipes.js";
import type { LaunchSettings } from "./options.js";
import type { StartedProcess } from "./running-process.js";
import { readStderr } from "./stderr/read-stderr.js";

/** How a plugin's process ended. */
export interface PluginExit {
  /** Exit code, unless a signal ended the process. */
  readonly code: number | null;
  /** The signal that ended the process, if one did. */
  readonly signal: NodeJS.Signals | null;
  /** The end of what the process wrote to its stderr (its log), at most 8 KiB. */
  readonly stderrTail: string;
  /** The host had begun to close the plugin. */
  readonly expected: boolean;
}

/** The running process of a plugin: its pipes are read, its end is noticed. Go: CmdRunner. */
export class PluginProcess implements StartedProcess {
  readonly pid: number;
  readonly id: string;
  readonly stdout: Readable;
  /** Resolves soon after the process itself has ended, whoever still holds its pipes. */
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

  /** From now on the end of the process is what the host wants. */
  expectExit(): void {
    if (this.#state === "running") this.#state = "ending";
  }

  /** Sends a signal, unless the process has ended. */
  signal(name: "SIGTERM" | "SIGKILL"): void {
    if (this.#state !== "exited") this.#child.kill(name);
  }

  /** Stops keeping the host alive for a process that does not die. */
  abandon(): void {
    this.#child.unref();
    this.#child.stdout!.destroy();
    this.#child.stderr!.destroy();
  }

  detach(): void {
    this.expectExit();
    this.#child.unref();
    // They are read as long as this host lives: a plugin that cannot write its log ends.
    for (const pipe of [this.#child.stdout, this.#child.stderr]) (pipe as unknown as { unref?(): void }).unref?.();
  }

  async #watchExit(child: ChildProcess): Promise<PluginExit> {
    const [code, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
      child.once("exit", (...result) => resolve(result));
    });
    const expected = this.#state === "ending";
    this.#state = "exited";
    await drainPipes([child.stdout!, child.stderr!]);
    return { code, signal, stderrTail: this.stderrTail, expected };
  }
}

/**
 * Starts the command as a child of this process: stdin is the host's own, a terminal stays one.
 *
 * @param executable the file to run, in place of what the command names
 * @throws {PluginError} `ERR_PLUGIN_NOT_FOUND`, `ERR_PLUGIN_NOT_EXECUTABLE` or `ERR_PLUGIN_SPAWN` when the command could
 * not be executed.
 */
export async function spawnPlugin(
  settings: LaunchSettings,
  env: NodeJS.ProcessEnv,
  executable = settings.command,
): Promise<PluginProcess> {
  const { command, args, cwd, logger, rawStderr } = settings;
  logger.debug("starting plugin", { command, args });
  let child: ChildProcess;
  try {
    child = spawn(executable, args, {
      argv0: command,
      cwd,
      env,
      stdio: ["inherit", "pipe", "pipe"],
      windowsHide: true,
    });
    if (child.pid === undefined) throw (await once(child, "error"))[0];
  } catch (error) {
    throw explainSpawnError(error as NodeJS.ErrnoException, command, cwd, env);
  }
  logger.debug("plugin started", { command, pid: child.pid });
  return new PluginProcess(child, logger.child({ plugin: basename(command) }), rawStderr);
}
