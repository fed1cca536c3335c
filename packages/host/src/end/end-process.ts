import { setTimeout as delay } from "node:timers/promises";
import { type PluginClient, within } from "@go-plugin/proto/internal";
import { nameOf, type RunningProcess } from "../process/running-process.js";
import type { LaunchSettings } from "../validate/launch-options.js";
import { Descendants } from "./descendants.js";

/**
 * The time in which the operating system must end a process after SIGKILL. A process that hangs in a driver never ends.
 */
const killTimeoutMs = 5_000;
const pollMs = 20;

/**
 * Ends a plugin's process in bounded time: asks a connected plugin to shut down, waits, sends SIGTERM, waits, sends
 * SIGKILL. Go: Client.Kill, which waits without limit for a plugin that stays connected and silent.
 */
export async function endProcess(
  process: RunningProcess,
  client: PluginClient | undefined,
  { shutdownTimeoutMs, killTree, logger }: Pick<LaunchSettings, "shutdownTimeoutMs" | "killTree" | "logger">,
): Promise<void> {
  process.expectExit();
  const descendants = killTree ? new Descendants(process.pid) : undefined;
  if (process.state !== "exited") descendants?.find();
  if (client && process.state !== "exited" && shutdownTimeoutMs > 0) {
    // A Go plugin cuts its output off where it is asked to end.
    await client.outputAtRest();
    const asked = client.shutdown({ timeoutMs: shutdownTimeoutMs });
    // There is no wait for a plugin that cannot be asked.
    const refused = asked.then((isAsked) => (isAsked ? process.exited : undefined));
    await within(Promise.race([process.exited, refused]), shutdownTimeoutMs);
  }
  const steps = [
    ["SIGTERM", shutdownTimeoutMs],
    ["SIGKILL", killTimeoutMs],
  ] as const;
  for (const [signal, timeoutMs] of steps) {
    if (process.state === "exited" && !descendants?.anyRunning) break;
    if (process.state !== "exited") {
      descendants?.find();
      if (client) logger.warn("plugin failed to exit gracefully", { ...nameOf(process), signal });
    }
    // Windows finds the descendants through the plugin's process, which must be running.
    descendants?.signal(signal);
    process.signal(signal);
    await endWithin(process, descendants, timeoutMs);
  }
  if (process.state === "exited") return;
  logger.error("the plugin's process does not end, giving up", nameOf(process));
  process.abandon();
}

async function endWithin(
  process: RunningProcess,
  descendants: Descendants | undefined,
  timeoutMs: number,
): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  if (timeoutMs > 0) await within(process.exited, timeoutMs);
  while (descendants?.anyRunning && performance.now() < deadline) await delay(pollMs);
}
