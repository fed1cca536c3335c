import { execFileSync } from "node:child_process";
import { isRunning, listDescendants, type ProcessIdentity, signalProcesses } from "../process/process-tree.js";

/** The processes below a plugin, as found while their parents were running. */
export class Descendants {
  readonly #pid: number;
  #known: readonly ProcessIdentity[] = [];

  constructor(pid: number) {
    this.#pid = pid;
  }

  /** Finds them. Call it while the plugin is running: an orphan does not show whose it was. */
  find(): void {
    if (process.platform === "win32") return;
    const roots = [this.#pid, ...this.#known.map(({ pid }) => pid)];
    const found = [...this.#known, ...roots.flatMap(listDescendants)];
    const unique = new Map(found.map((identity) => [`${identity.pid} ${identity.started}`, identity]));
    this.#known = [...unique.values()].filter(isRunning);
  }

  get anyRunning(): boolean {
    return this.#known.some(isRunning);
  }

  signal(name: "SIGTERM" | "SIGKILL"): void {
    if (process.platform === "win32") endWindowsTree(this.#pid);
    else signalProcesses(this.#known, name);
  }
}

/** Windows knows the tree only while its root is running, and has no signal that asks a process to end. */
function endWindowsTree(pid: number): void {
  try {
    execFileSync("taskkill", ["/pid", String(pid), "/T", "/F"], { stdio: "ignore", windowsHide: true });
  } catch {
    // Ended meanwhile.
  }
}
