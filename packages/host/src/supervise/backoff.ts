/** How a supervised plugin is started again. */
export interface RestartOptions {
  /**
   * Milliseconds before the first restart. The delay doubles with every one that follows in a row, and a random part of
   * up to a half is taken off, so that plugins that fell together do not rise together.
   * @default 100
   */
  readonly firstDelayMs?: number;
  /**
   * The longest delay, in milliseconds.
   * @default 30_000
   */
  readonly maxDelayMs?: number;
  /**
   * How many restarts may follow each other, starts that fail included, until the plugin is given up; `Infinity` for
   * no limit.
   * @default 10
   */
  readonly maxRestarts?: number;
  /**
   * Milliseconds after which a process counts as healthy: when it ends later, delay and count begin anew.
   * @default 60_000
   */
  readonly healthyAfterMs?: number;
}

/** Milliseconds to wait before a restart, after so many in a row. `random` is in [0, 1). */
export function restartDelayMs(
  { firstDelayMs, maxDelayMs }: Required<RestartOptions>,
  earlierRestarts: number,
  random = Math.random(),
): number {
  const delayMs = Math.min(maxDelayMs, firstDelayMs * 2 ** earlierRestarts);
  return Math.round(delayMs * (1 - random / 2));
}
