import { constants } from "node:os";
import type { Logger, PluginServer } from "@go-plugin/proto/internal";
import type { EndSignals } from "./end-signals.js";

/** Everything that can end a plugin. */
export interface EndSources {
  readonly server: Pick<PluginServer, "shutdownRequested">;
  /** Resolves when the host is gone. */
  readonly hostGone: Promise<void>;
  readonly signal: AbortSignal | undefined;
  readonly signals: EndSignals;
  readonly logger: Logger;
}

/** The reason of the end, and its exit code: 0 when a host or the plugin's own code requested the end. */
export interface End {
  readonly reason: string;
  readonly exitCode: number;
}

/** Waits until the host, the plugin's own code or the system ends the plugin. Interrupts are left to the host. */
export function waitForEnd({ server, hostGone, signal, signals, logger }: EndSources): Promise<End> {
  ignoreInterrupts(logger);
  return new Promise((resolve) => {
    const end = (reason: string, exitCode = 0) => resolve({ reason, exitCode });
    void server.shutdownRequested.then(() => end("the host asked for it"));
    void hostGone.then(() => end("the host is gone"));
    void signals.received.then((name) => end(`received ${name}`, 128 + constants.signals[name]));
    const aborted = () => end("its own signal was aborted");
    if (signal?.aborted) aborted();
    else signal?.addEventListener("abort", aborted, { once: true });
  });
}

/** A terminal sends Ctrl-C to the whole process group; the host decides when its plugins end. */
function ignoreInterrupts(logger: Logger): void {
  let count = 0;
  process.on("SIGINT", () => logger.trace("plugin received interrupt signal, ignoring", { count: ++count }));
}
