import { initialWindowBytes } from "./frame.js";

/** Options of a session. Go: yamux.Config. Durations are milliseconds. */
export interface SessionOptions {
  /**
   * The role of this end: a client opens odd stream ids, a server even ones. A connection needs one of each. Go:
   * yamux.Client, yamux.Server.
   */
  readonly role: "client" | "server";
  /**
   * The number of the peer's streams that may wait for `accept`, and of our streams that may wait for the peer's
   * `accept`. Further streams of the peer are reset; further streams of ours wait. Go: AcceptBacklog.
   * @default 256
   */
  readonly acceptBacklog?: number;
  /** The number of streams that the peer may have open; further ones are reset. Go: no limit. @default 16384 */
  readonly maxIncomingStreams?: number;
  /**
   * The largest receive window of a stream, in bytes, at least 262144: it starts there and doubles as data is read.
   * Go: MaxStreamWindowSize, 262144, without growth.
   * @default 1048576
   */
  readonly maxStreamWindowSize?: number;
  /** The time between pings that check the peer; 0 for none. Go: KeepAliveInterval, EnableKeepAlive. @default 30000 */
  readonly keepAliveIntervalMs?: number;
  /**
   * The time in which the peer must answer a ping, and close its side after `close` here. Go: ConnectionWriteTimeout.
   * @default 10000
   */
  readonly connectionWriteTimeoutMs?: number;
  /**
   * The time in which the peer must accept a stream, after which the session ends; 0 for no limit. Go:
   * StreamOpenTimeout.
   * @default 75000
   */
  readonly streamOpenTimeoutMs?: number;
  /**
   * The time in which the peer must close its half of a stream that was destroyed here, after which it is reset; 0 for
   * no limit. Go: StreamCloseTimeout.
   * @default 300000
   */
  readonly streamCloseTimeoutMs?: number;
}

/** Validates the options and fills in the defaults. A TypeError or RangeError names the bad one. */
export function resolveOptions(options: SessionOptions): Required<SessionOptions> {
  if (options?.role !== "client" && options?.role !== "server") {
    throw new TypeError(`expected role "client" or "server", got ${JSON.stringify(options?.role)}`);
  }
  return {
    role: options.role,
    acceptBacklog: integer(options, "acceptBacklog", 256, 1, 0xffff_ffff),
    maxIncomingStreams: integer(options, "maxIncomingStreams", 16_384, 1, 0xffff_ffff),
    maxStreamWindowSize: integer(
      options,
      "maxStreamWindowSize",
      4 * initialWindowBytes,
      initialWindowBytes,
      0xffff_ffff,
    ),
    keepAliveIntervalMs: integer(options, "keepAliveIntervalMs", 30_000, 0, maxTimerMs),
    connectionWriteTimeoutMs: integer(options, "connectionWriteTimeoutMs", 10_000, 1, maxTimerMs),
    streamOpenTimeoutMs: integer(options, "streamOpenTimeoutMs", 75_000, 0, maxTimerMs),
    streamCloseTimeoutMs: integer(options, "streamCloseTimeoutMs", 300_000, 0, maxTimerMs),
  };
}

// Node's timers fire at once for a longer delay.
const maxTimerMs = 0x7fff_ffff;

function integer(
  options: SessionOptions,
  name: Exclude<keyof SessionOptions, "role">,
  byDefault: number,
  min: number,
  max: number,
): number {
  const value = options[name] ?? byDefault;
  if (!Number.isInteger(value) || value < min || value > max) {
    throw new RangeError(`expected ${name} to be an integer from ${min} to ${max}, got ${String(value)}`);
  }
  return value;
}
