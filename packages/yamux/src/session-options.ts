import { initialWindowBytes } from "./frame.js";

/** Options of a session (Go: `yamux.Config`). Durations are milliseconds. */
export interface SessionOptions {
  /** Which end this is: a client opens odd stream ids, a server even ones; one of each is needed (Go: `yamux.Client`, `yamux.Server`). */
  readonly role: "client" | "server";
  /** Streams the peer may have waiting for `accept`, and streams opened here that may wait for the peer's; more of the peer's are reset, more of ours wait. @default 256 (Go: `AcceptBacklog`) */
  readonly acceptBacklog?: number;
  /** Streams the peer may have open at once; more are reset. @default 16384 (Go: no limit) */
  readonly maxIncomingStreams?: number;
  /** The largest receive window of a stream, in bytes, at least 262144: it starts there and doubles as data is read. @default 1048576 (Go: `MaxStreamWindowSize`, 262144, without growth) */
  readonly maxStreamWindowSize?: number;
  /** Time between pings that prove that the peer lives; 0 for none. @default 30000 (Go: `KeepAliveInterval`, `EnableKeepAlive`) */
  readonly keepAliveIntervalMs?: number;
  /** Time the peer has to answer a ping, and to close its side after `close` here. @default 10000 (Go: `ConnectionWriteTimeout`) */
  readonly connectionWriteTimeoutMs?: number;
  /** Time the peer has to accept a stream, after which the session ends; 0 for no limit. @default 75000 (Go: `StreamOpenTimeout`) */
  readonly streamOpenTimeoutMs?: number;
  /** Time the peer has to close its half of a stream that was destroyed here, after which it is reset; 0 for no limit. @default 300000 (Go: `StreamCloseTimeout`) */
  readonly streamCloseTimeoutMs?: number;
}

/** The options with every default filled in, checked: TypeError or RangeError names the bad one. */
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

// Longer ones make Node's timers fire at once.
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
