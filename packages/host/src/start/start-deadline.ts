import { PluginError } from "../errors.js";
import type { LaunchSettings } from "../validate/launch-options.js";

/** What can end a start before it is complete: time, the user's signal, the host, the end of the process. */
export class StartDeadline {
  readonly signal: AbortSignal;
  readonly #controller = new AbortController();
  readonly #timer: NodeJS.Timeout;
  readonly #release: () => void;
  #step = "start";

  constructor({ startTimeoutMs, signal: userSignal }: Pick<LaunchSettings, "startTimeoutMs" | "signal">) {
    this.signal = this.#controller.signal;
    this.#timer = setTimeout(() => {
      const message = `timeout while waiting for plugin to start: it did not ${this.#step} within ${startTimeoutMs} ms (startTimeoutMs)`;
      this.abort(new PluginError("ERR_PLUGIN_START_TIMEOUT", message));
    }, startTimeoutMs);
    const onAbort = () =>
      this.abort(
        new PluginError("ERR_PLUGIN_ABORTED", "the start of the plugin was aborted by the signal of its options", {
          cause: userSignal?.reason,
        }),
      );
    if (userSignal?.aborted) onAbort();
    userSignal?.addEventListener("abort", onAbort, { once: true });
    this.#release = () => userSignal?.removeEventListener("abort", onAbort);
  }

  abort(reason: PluginError): void {
    this.#controller.abort(reason);
  }

  /** Waits for a step of the start. `step` completes the sentence "the plugin did not …". */
  async until<T>(step: string, promise: Promise<T>): Promise<T> {
    this.#step = step;
    let onAbort = () => {};
    const aborted = new Promise<never>((_, reject) => {
      onAbort = () => reject(this.signal.reason);
      if (this.signal.aborted) onAbort();
      else this.signal.addEventListener("abort", onAbort, { once: true });
    });
    try {
      return await Promise.race([promise, aborted]);
    } finally {
      this.signal.removeEventListener("abort", onAbort);
    }
  }

  /** The start is complete, or has failed. */
  end(): void {
    clearTimeout(this.#timer);
    this.#release();
  }
}
