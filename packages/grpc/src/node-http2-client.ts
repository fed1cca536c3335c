import { type ClientHttp2Session, connect } from "node:http2";
import type { Duplex } from "node:stream";
import type { ClientConnection, ClientConnectionEvents, Http2Settings, Http2Stream, StreamEvents } from "./http2.js";
import type { HeaderRecord } from "./metadata.js";
import { clientOptions, closeAfterFinish, connectionWindowBytes } from "./node-http2-options.js";
import { NodeHttp2Stream, type StreamOwner } from "./node-http2-stream.js";
import { ErrorCode, errorCodeName } from "./status-mapping.js";

/** A client's HTTP/2 connection by node:http2 over any Duplex, which it owns from now on. */
export function connectNodeHttp2(
  duplex: Duplex,
  settings: Http2Settings,
  events: ClientConnectionEvents,
): ClientConnection {
  return new NodeClientConnection(duplex, settings, events);
}

// A connection has 2^30 streams, the ids of one side.
const maxRequests = 2 ** 30 - 1;

class NodeClientConnection implements ClientConnection, StreamOwner {
  lost: Error | undefined;
  readonly scheme: "http" | "https";
  private requests = 0;
  private readonly session: ClientHttp2Session;

  constructor(
    private readonly duplex: Duplex,
    settings: Http2Settings,
    private readonly events: ClientConnectionEvents,
  ) {
    // Before node:http2 listens: its streams end by the same events, and have to find the reason.
    this.scheme = (duplex as { encrypted?: boolean }).encrypted === true ? "https" : "http";
    duplex.on("error", (error) => this.lose(error));
    duplex.on("close", () => this.lose(new Error("the peer closed the connection")));
    closeAfterFinish(duplex);
    if (duplex.destroyed) throw duplex.errored ?? new Error("the stream to the server is destroyed already");
    const session = connect("http://localhost", clientOptions(duplex, settings));
    this.session = session;
    session.on("error", (error) => this.lose(error));
    session.on("connect", () => {
      if (!session.destroyed) session.setLocalWindowSize(connectionWindowBytes(settings));
    });
    session.once("remoteSettings", () => events.onReady());
    session.on("goaway", (code: number, _lastStreamId: number, data?: Buffer) => this.onGoaway(code, data));
  }

  get peerMaxHeaderListBytes(): number {
    return this.session.remoteSettings.maxHeaderListSize ?? Number.POSITIVE_INFINITY;
  }

  request(headers: HeaderRecord, events: StreamEvents): Http2Stream {
    const stream = new NodeHttp2Stream(this.session.request(headers, { endStream: false }), this);
    stream.listenToResponse(events);
    if (++this.requests === maxRequests) {
      this.events.onDraining();
      this.close();
    }
    return stream;
  }

  close(): void {
    const { session } = this;
    if (session.destroyed) return;
    // Closed before it is connected, a session drops the requests that wait for that.
    if (session.connecting && this.requests > 0) session.once("connect", () => session.close());
    else if (session.connecting) this.lose(new Error("the channel is closed"));
    else session.close();
  }

  destroy(error: Error): void {
    this.lose(error);
  }

  private onGoaway(code: number, data: Buffer | undefined): void {
    if (code === ErrorCode.NO_ERROR) {
      this.events.onDraining();
      return;
    }
    const text = data === undefined || data.length === 0 ? "" : `, debug data: ${JSON.stringify(data.toString())}`;
    this.lose(new Error(`received prior goaway: code: ${errorCodeName(code)}${text}`));
  }

  private lose(error: Error): void {
    if (this.lost !== undefined) return;
    this.lost = error;
    // With TLS 1.3 on Node 20 the session over a refused socket does not notice its end by itself.
    this.duplex.destroy();
    this.session?.destroy();
    this.events.onClose(error);
  }
}
