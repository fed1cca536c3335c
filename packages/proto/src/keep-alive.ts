/**
 * Times of the pings that find out whether the other side of a yamux session lives. In milliseconds, from 1 to 2147483647.
 * Go: yamux.Config.
 */
export interface KeepAliveOptions {
  /**
   * Time between two pings. Go: KeepAliveInterval.
   * @default 30_000
   */
  readonly intervalMs?: number;
  /**
   * Time that the other side has to answer a ping, after which the session ends. Go: ConnectionWriteTimeout.
   * @default 10_000
   */
  readonly timeoutMs?: number;
}

const longestMs = 2 ** 31 - 1;

/** The expected value of `keepAlive` of `launch`, `reattach` and `serve`. */
export const keepAliveExpectation = `false, or { intervalMs, timeoutMs } with whole numbers of milliseconds from 1 to ${longestMs}`;

/** Returns true for a value that `keepAlive` may have. */
export function isKeepAlive(value: unknown): value is KeepAliveOptions | false {
  if (value === false) return true;
  if (typeof value !== "object" || value === null || Array.isArray(value)) return false;
  return Object.entries(value).every(
    ([name, ms]) =>
      (name === "intervalMs" || name === "timeoutMs") &&
      (ms === undefined || (Number.isInteger(ms) && ms >= 1 && ms <= longestMs)),
  );
}

/** The options of a yamux session with this keepalive. */
export function sessionKeepAlive(keepAlive: KeepAliveOptions | false | undefined): {
  readonly keepAliveIntervalMs?: number;
  readonly connectionWriteTimeoutMs?: number;
} {
  if (keepAlive === false) return { keepAliveIntervalMs: 0 };
  const { intervalMs, timeoutMs } = keepAlive ?? {};
  return {
    ...(intervalMs !== undefined && { keepAliveIntervalMs: intervalMs }),
    ...(timeoutMs !== undefined && { connectionWriteTimeoutMs: timeoutMs }),
  };
}
