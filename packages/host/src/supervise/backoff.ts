/** Delays and limits of restarts. */
export interface RestartOptions {
  /**
   * Milliseconds before the first restart. The delay doubles with each further restart in a row, and a random part of
   * up to one half is subtracted, so that plugins that failed together do not restart together.
   * @default 100
   */
  readonly firstDelayMs?: number;
  /**
   * The longest delay, in milliseconds.
   * @default 30_000
   */
  readonly maxDelayMs?: number;
  /**
   * Restarts in a row, failed ones included, after which the plugin is given up; `Infinity` for no limit.
   * @default 10
   */
  readonly maxRestarts?: number;
  /**
   * Milliseconds after which a process counts as healthy. When it ends later, delay and count start over.
   * @default 60_000
   */
  readonly healthyAfterMs?: number;
}

/** Milliseconds to wait before a restart that follows `earlierRestarts` in a row. `random` is in [0, 1). */
export function restartDelayMs(
  { firstDelayMs, maxDelayMs }: Required<RestartOptions>,
  earlierRestarts: number,
  random = Math.random(),
): number {
  const delayMs = Math.min(maxDelayMs, firstDelayMs * 2 ** earlierRestarts);
  return Math.round(delayMs * (1 - random / 2));
}
