import type { Duplex } from "node:stream";

/** Interval at which a plugin without a connection looks for its host. */
const pollMs = 250;

/** Read at import: the host may have ended before the plugin serves. */
const firstParentPid = parentPid();

/** The process that has started this one, while it lives. */
function parentPid(): number {
  // On POSIX systems an orphan gets another parent.
  if (process.platform !== "win32") return process.ppid;
  try {
    process.kill(process.ppid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ESRCH") return 0;
  }
  return process.ppid;
}

export interface HostWatchOptions {
  /** @default tests for the parent that has started the process */
  readonly hasParent?: () => boolean;
  /** Tests for a reader of stdout or stderr. Each test costs an empty line, so tests become rarer and rarer. */
  readonly isOutputRead: () => boolean;
}

/**
 * Notices that the host is gone: no connection is open, and either the process has a new parent or nobody reads its
 * output any more. The second sign is for hosts that start plugins through a shell, which stays as the parent, and for
 * containers whose first process is the plugin. Nothing is polled while a connection is open.
 */
export class HostWatch {
  readonly #options: HostWatchOptions;
  readonly #hasParent: () => boolean;
  #state: "idle" | "watching" | "stopped" = "idle";
  #connections = 0;
  #polls = 0;
  #timer: NodeJS.Timeout | undefined;
  #gone = () => {};

  constructor(options: HostWatchOptions) {
    this.#options = options;
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
    return !this.#hasParent() || (isPowerOfTwo && !this.#options.isOutputRead());
  }
}
