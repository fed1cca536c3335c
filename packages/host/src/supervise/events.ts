import type { PluginError } from "../errors.js";
import type { PluginExit } from "../process/plugin-exit.js";

/** An event in the life of a supervised plugin. */
export type SupervisionEvent =
  /** A process is running, and calls reach it. */
  | { readonly type: "started"; readonly pid: number }
  /** The process has ended; `expected` when it was closed. Calls in flight fail. */
  | ({ readonly type: "exited"; readonly pid: number } & PluginExit)
  /** The next process starts in `inMs` milliseconds; `attempt` counts the restarts in a row from 1. */
  | { readonly type: "restarting"; readonly attempt: number; readonly inMs: number }
  /** The start of that process failed, or its `prepare` did. */
  | { readonly type: "start-failed"; readonly error: unknown }
  /** There were too many restarts in a row. No further one follows; all calls fail. */
  | { readonly type: "gave-up"; readonly error: PluginError };

interface Entry<E> {
  readonly event: E;
  /** Resolves with `undefined` after the last event. */
  readonly next: Promise<Entry<E> | undefined>;
}

/**
 * Events for any number of independent readers. A reader gets the latest event and all further ones. Only readers keep
 * events that they have yet to read; the log keeps the latest one.
 */
export class EventLog<E> implements AsyncIterable<E> {
  #last: Promise<Entry<E> | undefined>;
  #append: (entry: Entry<E> | undefined) => void = () => {};

  constructor(first: E) {
    this.#last = this.#followUp();
    this.push(first);
  }

  push(event: E): void {
    const append = this.#append;
    const next = this.#followUp();
    const entry = { event, next };
    this.#last = Promise.resolve(entry);
    append(entry);
  }

  /** Ends the log: readers finish after the events that they have yet to read. */
  end(): void {
    this.#append(undefined);
  }

  [Symbol.asyncIterator](): AsyncIterator<E, undefined> {
    const done: IteratorResult<E, undefined> = { done: true, value: undefined };
    let following = this.#last;
    return {
      next: async () => {
        const taken = following;
        following = taken.then((entry) => entry?.next);
        const entry = await taken;
        return entry ? { done: false, value: entry.event } : done;
      },
      return: async () => {
        following = Promise.resolve(undefined);
        return done;
      },
    };
  }

  #followUp(): Promise<Entry<E> | undefined> {
    return new Promise((resolve) => {
      this.#append = resolve;
    });
  }
}
