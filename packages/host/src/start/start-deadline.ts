import { Deadline } from "@go-plugin/proto/internal";
import { PluginError } from "../errors.js";
import type { LaunchSettings } from "../validate/launch-options.js";

/** The time limit of a start. Its steps complete the sentence "the plugin did not …". */
export function startDeadline({ startTimeoutMs, signal }: Pick<LaunchSettings, "startTimeoutMs" | "signal">): Deadline {
  return new Deadline({
    timeoutMs: startTimeoutMs,
    signal,
    timeoutError: (step) =>
      new PluginError(
        "ERR_PLUGIN_START_TIMEOUT",
        `timeout while waiting for plugin to start: it did not ${step || "start"} within ${startTimeoutMs} ms (startTimeoutMs)`,
      ),
    abortError: (cause) =>
      new PluginError("ERR_PLUGIN_ABORTED", "the start of the plugin was aborted by the signal of its options", {
        cause,
      }),
  });
}
