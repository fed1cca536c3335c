import type { Logger } from "@go-plugin/proto/internal";
import type { Served, ThreadCall } from "./peer.js";
import { Thread } from "./thread.js";
import type { ThreadData } from "./thread-data.js";

/** Delays before a thread that never worked is followed by another; they double. */
const firstDelayMs = 100;
const maxDelayMs = 10_000;

/** Worker threads, each of which follows one that has ended. */
export class Threads {
  readonly #size: number;
  readonly #module: string | URL;
  readonly #data: ThreadData;
  readonly #find: (thread: () => Thread) => (target: string, method: string) => Served;
  readonly #logger: Logger;
  readonly #threads = new Set<Thread>();
  readonly #restarts = new Set<NodeJS.Timeout>();
  #failures = 0;
  #closed = false;

  /** @param find gives what serves the calls of a thread to this one. */
  constructor(
    size: number,
    module: string | URL,
    data: ThreadData,
    find: (thread: () => Thread) => (target: string, method: string) => Served,
    logger: Logger,
  ) {
    this.#size = size;
    this.#module = module;
    this.#data = data;
    this.#find = find;
    this.#logger = logger;
  }

  /** Starts all threads, unless there are some. */
  start(): void {
    while (!this.#closed && this.#threads.size + this.#restarts.size < this.#size) this.#add();
  }

  /** Makes a call in the thread with the fewest. */
  readonly call = (call: ThreadCall): unknown => {
    this.start();
    let chosen: Thread | undefined;
    for (const thread of this.#threads) if (!chosen || thread.inFlight < chosen.inFlight) chosen = thread;
    // All of them are to be started again: a call does not wait for that.
    return (chosen ?? this.#add()).call(call);
  };

  async close(): Promise<void> {
    this.#closed = true;
    for (const timer of this.#restarts) clearTimeout(timer);
    await Promise.all([...this.#threads].map((thread) => thread.terminate()));
  }

  #add(): Thread {
    const thread: Thread = new Thread(
      this.#module,
      this.#data,
      this.#find(() => thread),
      this.#logger,
      (ended) => this.#onExit(ended),
    );
    this.#threads.add(thread);
    return thread;
  }

  #onExit(thread: Thread): void {
    this.#threads.delete(thread);
    if (this.#closed) return;
    this.#logger.warn("a worker thread has ended, another one follows");
    if (thread.wasReady) {
      this.#failures = 0;
      this.start();
      return;
    }
    const timer = setTimeout(
      () => {
        this.#restarts.delete(timer);
        this.start();
      },
      Math.min(maxDelayMs, firstDelayMs * 2 ** this.#failures++),
    );
    this.#restarts.add(timer);
  }
}
