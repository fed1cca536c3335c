import type { ClientSessionOptions, ServerOptions } from "node:http2";
import type { Duplex } from "node:stream";
import type { Http2Settings } from "./http2.js";

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
