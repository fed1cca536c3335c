import type { Duplex } from "node:stream";

/** How often a plugin without a connection asks whether its host is still there. */
const pollMs = 250;

/** Taken at import: by the time a plugin serves, its host may be gone already. */
const firstParentPid = parentPid();

/** The process that started this one, as long as it lives. */
function parentPid(): number {
  // Elsewhere an orphan gets another parent.
  if (process.platform !== "win32") return process.ppid;
  try {
    process.kill(process.ppid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return 0;
  }
  return process.ppid;
}

export interface HostWatchOptions {
  /** @default whether the process still has the parent that it was started by */
  readonly hasParent?: () => boolean;
  /** Whether somebody still reads the process's stdout or stderr. It costs an empty line, so it is asked ever more rarely. */
  readonly isOutputRead: () => boolean;
}

/**
 * Notices that the host is gone: no connection is open, and the process has another parent than before or nobody
 * reads its output any more. The second sign is for hosts that start plugins through a shell, which then is the parent
 * and lives on. In a container whose first process is the plugin there is only the second one. While a connection is open nothing is polled: the host, or one that took over from it, is there.
 */
export class HostWatch {
  readonly #hasParent: () => boolean;
  #state: "idle" | "watching" | "stopped" = "idle";
  #connections = 0;
  #polls = 0;
  #timer: NodeJS.Timeout | undefined;
  #gone = () => {};

  constructor(private readonly options: HostWatchOptions) {
    this.#hasParent = options.hasParent ?? (() => parentPid() === firstParentPid);
  }

  /** Resolves when the host is gone. */
  start(): Promise<void> {
    this.#state = "watching";
    this.#wait();
    return new Promise((resolve) => {
      this.#gone = resolve;
    });
  }

  stop(): void {
    this.#state = "stopped";
    clearTimeout(this.#timer);
  }

  connectionOpened(connection: Duplex): void {
    this.#connections++;
    clearTimeout(this.#timer);
    connection.once("close", () => {
      this.#connections--;
      this.#polls = 0;
      this.#wait();
    });
  }

  #wait(): void {
    if (this.#state !== "watching" || this.#connections > 0) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#poll(), pollMs).unref();
  }

  #poll(): void {
    if (this.#isGone(++this.#polls)) {
      this.stop();
      this.#gone();
    } else this.#wait();
  }

  #isGone(poll: number): boolean {
    const isPowerOfTwo = (poll & (poll - 1)) === 0;
    return !this.#hasParent() || (isPowerOfTwo && !this.options.isOutputRead());
  }
}
