import type { Logger } from "@go-plugin/proto/internal";

/** What the host's end and {@link closeAll} need of a plugin. */
export interface Managed {
  close(): Promise<void>;
  /** Ends the plugin within the call. */
  kill(): void;
}

const managed = new Map<Managed, Logger>();

/** Adds a plugin to those that end with the host; the result removes it again. */
export function manage(plugin: Managed, logger: Logger): () => void {
  if (managed.size === 0) process.on("exit", killAll);
  managed.set(plugin, logger);
  return () => {
    managed.delete(plugin);
    if (managed.size === 0) process.off("exit", killAll);
  };
}

/**
 * Closes every managed plugin of this process at once, those included that are just starting. Resolves when all of
 * them have ended. Go: CleanupClients.
 */
export async function closeAll(): Promise<void> {
  await Promise.all([...managed.keys()].map((plugin) => plugin.close()));
}

function killAll(): void {
  for (const [plugin, logger] of managed) {
    try {
      plugin.kill();
    } catch (error) {
      logger.error("cannot kill a plugin at the host's end", { error });
    }
  }
}
