import type { ClientSessionOptions, ServerOptions } from "node:http2";
import type { Duplex } from "node:stream";
import type { Http2Settings } from "./http2.js";

/** Streams share this window; it is given back as soon as data is read from the socket, whoever reads the streams. */
export function connectionWindowBytes(settings: Http2Settings): number {
  return Math.max(4 * settings.windowBytes, 65_535);
}

function sessionOptions(settings: Http2Settings) {
  return {
    // In megabytes. The default of 10 refuses streams as soon as some large messages are on their way; what a peer can
    // make us hold is bounded by the windows.
    maxSessionMemory: 4096,
    // The default of 128 is below what the header list has room for.
    maxHeaderListPairs: Math.ceil(settings.maxHeaderListBytes / 32),
    // The limit is the peer's, and checked before a header list is sent.
    maxSendHeaderBlockLength: 0x7fff_ffff,
    settings: {
      initialWindowSize: settings.windowBytes,
      maxHeaderListSize: settings.maxHeaderListBytes,
    },
  };
}

export function clientOptions(duplex: Duplex, settings: Http2Settings): ClientSessionOptions {
  const options = sessionOptions(settings);
  return {
    ...options,
    createConnection: () => duplex,
    settings: { ...options.settings, enablePush: false },
  };
}

export function serverOptions(settings: Http2Settings): ServerOptions {
  const options = sessionOptions(settings);
  const { maxConcurrentStreams } = settings;
  // Streams that the client resets: a host that cancels many calls is no attack, a flood is. Older versions of Node
  // have only nghttp2's own limit.
  const resets = { streamResetBurst: 10_000, streamResetRate: 1_000 };
  return {
    ...options,
    ...resets,
    settings: { ...options.settings, ...(maxConcurrentStreams === undefined ? {} : { maxConcurrentStreams }) },
  };
}

/** A connection whose writing side has ended is of no more use: not every peer answers by ending its own. */
export function closeAfterFinish(duplex: Duplex): void {
  // Later, because node:http2 ends the socket while it still works with it.
  duplex.once("finish", () => setImmediate(() => duplex.destroy()));
}
