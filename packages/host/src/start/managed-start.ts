import type { Deadline } from "@go-plugin/proto/internal";
import { type Managed, manage } from "../end/managed.js";
import { PluginError } from "../errors.js";
import type { LaunchSettings } from "../validate/launch-options.js";
import { startDeadline } from "./start-deadline.js";

/** Runs a start within its time. Until it is complete, `closeAll()` gives it up. */
export async function managedStart<T>(
  settings: Pick<LaunchSettings, "startTimeoutMs" | "signal" | "managed" | "logger">,
  start: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const deadline = startDeadline(settings);
  const starting = start(deadline);
  const stopManaging = settings.managed ? manage(new Starting(deadline, starting), settings.logger) : () => {};
  try {
    return await starting;
  } finally {
    stopManaging();
    deadline.end();
  }
}

/** A start that is not complete. Its process, once there is one, is managed as well. */
class Starting implements Managed {
  readonly #deadline: Deadline;
  readonly #result: Promise<unknown>;

  constructor(deadline: Deadline, result: Promise<unknown>) {
    this.#deadline = deadline;
    this.#result = result;
  }

  async close(): Promise<void> {
    this.#deadline.cancel(new PluginError("ERR_PLUGIN_ABORTED", "the plugin was closed while it was starting"));
    await this.#result.catch(() => {});
  }

  kill(): void {}
}
