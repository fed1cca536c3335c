import { constants } from "node:os";
import type { Logger, PluginServer } from "@go-plugin/proto/internal";

/** What ends a plugin. */
export interface EndSources {
  readonly server: Pick<PluginServer, "shutdownRequested">;
  /** Resolves when the host is gone. */
  readonly hostGone: Promise<void>;
  readonly signal: AbortSignal | undefined;
  /** Aborted when the plugin has been closed: a signal to what is left of the process then has its usual effect. */
  readonly closed: AbortSignal;
  readonly logger: Logger;
}

/** Why the plugin ends, and the exit code that says so; 0 when a host, or the plugin's own code, asked for it. */
export interface End {
  readonly reason: string;
  readonly exitCode: number;
}

/** Waits until the host, the plugin's own code or the system ends the plugin. Interrupts are for the host alone. */
export function waitForEnd({ server, hostGone, signal, closed, logger }: EndSources): Promise<End> {
  ignoreInterrupts(logger);
  return new Promise((resolve) => {
    const end = (reason: string, exitCode = 0) => resolve({ reason, exitCode });
    void server.shutdownRequested.then(() => end("the host asked for it"));
    void hostGone.then(() => end("the host is gone"));
    for (const name of ["SIGTERM", "SIGHUP"] as const) {
      const onSignal = () => end(`received ${name}`, 128 + constants.signals[name]);
      process.once(name, onSignal);
      closed.addEventListener("abort", () => process.off(name, onSignal), { once: true });
    }
    const aborted = () => end("its own signal was aborted");
    if (signal?.aborted) aborted();
    else signal?.addEventListener("abort", aborted, { once: true });
  });
}

/** A terminal sends Ctrl-C to the whole process group, and the host decides what becomes of its plugins. */
function ignoreInterrupts(logger: Logger): void {
  let count = 0;
  process.on("SIGINT", () => logger.trace("plugin received interrupt signal, ignoring", { count: ++count }));
}
