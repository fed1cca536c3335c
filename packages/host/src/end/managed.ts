import type { Logger } from "@go-plugin/proto/internal";

/** A plugin that ends with its host. */
export interface Managed {
  close(): Promise<void>;
  /** Ends the plugin within the call: the host's process is exiting. */
  kill(): void;
}

const managed = new Map<Managed, Logger>();

/** Adds a plugin to those that end with the host. @returns a function that removes it again. */
export function manage(plugin: Managed, logger: Logger): () => void {
  if (managed.size === 0) process.on("exit", killAll);
  managed.set(plugin, logger);
  return () => {
    managed.delete(plugin);
    if (managed.size === 0) process.off("exit", killAll);
  };
}

/**
 * Closes every managed plugin of this process at once, including those that are still starting. Resolves when all of them
 * have ended; never rejects. Go: CleanupClients.
 *
 * @example
 * ```ts
 * process.once("SIGTERM", async () => {
 *   await closeAll();
 *   process.exit();
 * });
 * ```
 */
export async function closeAll(): Promise<void> {
  await Promise.all([...managed.keys()].map((plugin) => plugin.close()));
}

function killAll(): void {
  for (const [plugin, logger] of managed) {
    try {
      plugin.kill();
    } catch (error) {
      logger.error("cannot kill a plugin while the host exits", { error });
    }
  }
}
