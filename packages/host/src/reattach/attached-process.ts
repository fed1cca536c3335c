import type { PluginExit } from "../process/plugin-exit.js";
import { isRunning, type ProcessIdentity, signalProcesses } from "../process/process-tree.js";
import type { RunningProcess } from "../process/running-process.js";

/** Interval at which the process is looked for. Go: each second. */
const pollMs = 250;

/** A process that another host has started. It has no pipes here; polling notices its end. Go: CmdAttachedRunner. */
export class AttachedProcess implements RunningProcess {
  readonly #identity: ProcessIdentity;
  readonly #mayBeEnded: boolean;
  readonly pid: number;
  readonly id: string;
  readonly stderrTail = "";
  readonly exited: Promise<PluginExit>;
  #state: RunningProcess["state"] = "running";
  readonly #poll: NodeJS.Timeout;

  /** @param mayBeEnded true when the process is certain to be the plugin. */
  constructor(identity: ProcessIdentity, mayBeEnded: boolean) {
    this.#identity = identity;
    this.#mayBeEnded = mayBeEnded;
    this.pid = identity.pid;
    this.id = String(identity.pid);
    let ended = (_: PluginExit) => {};
    this.exited = new Promise((resolve) => {
      ended = resolve;
    });
    this.#poll = setInterval(() => {
      if (this.#isThere()) return;
      clearInterval(this.#poll);
      const expected = this.#state === "ending";
      this.#state = "exited";
      ended({ code: null, signal: null, stderrTail: "", expected });
    }, pollMs).unref();
  }

  get state(): RunningProcess["state"] {
    return this.#state;
  }

  expectExit(): void {
    if (this.#state === "running") this.#state = "ending";
  }

  signal(name: "SIGTERM" | "SIGKILL"): void {
    if (this.#mayBeEnded) signalProcesses([this.#identity], name);
  }

  /** Its poll never keeps the host alive; the connection does. */
  ref(): void {}

  unref(): void {}

  abandon(): void {
    clearInterval(this.#poll);
  }

  detach(): void {
    this.expectExit();
    clearInterval(this.#poll);
  }

  #isThere(): boolean {
    try {
      process.kill(this.pid, 0);
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === "EPERM";
    }
    // A child that has ended stays visible until it is waited for.
    return process.platform === "linux" ? isRunning(this.#identity) : true;
  }
}
