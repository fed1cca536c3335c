import type { PluginError } from "../errors.js";
import type { PluginExit } from "../process/plugin-exit.js";

/** What happened to a supervised plugin. */
export type SupervisionEvent =
  /** A process runs, and calls reach it. */
  | { readonly type: "started"; readonly pid: number }
  /** The process has ended; `expected` when it was closed. Calls in flight have failed, or are about to. */
  | ({ readonly type: "exited"; readonly pid: number } & PluginExit)
  /** The next process will be started in `inMs` milliseconds: the `attempt`th restart in a row, from 1 on. */
  | { readonly type: "restarting"; readonly attempt: number; readonly inMs: number }
  /** That start failed, or `prepare` did. */
  | { readonly type: "start-failed"; readonly error: unknown }
  /** There were too many restarts in a row: there will be no other, and all calls fail. */
  | { readonly type: "gave-up"; readonly error: PluginError };

interface Entry<E> {
  readonly event: E;
  /** `undefined` behind the last one. */
  readonly next: Promise<Entry<E> | undefined>;
}

/**
 * Events for any number of readers, each in its own time: a reader gets the last event that has happened, and all that
 * follow. Readers hold on to the events that they have yet to read; the log holds on to none of them but the last.
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

  /** No more events: readers are done when they have read what there is. */
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
