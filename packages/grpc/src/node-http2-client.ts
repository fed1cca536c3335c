import { type ClientHttp2Session, connect } from "node:http2";
import type { Duplex } from "node:stream";
import type { ClientConnection, ClientConnectionEvents, Http2Settings, Http2Stream, StreamEvents } from "./http2.js";
import type { HeaderRecord } from "./metadata.js";
import { destroyAfterEnd, isEnding } from "./node-http2-end.js";
import { clientOptions } from "./node-http2-options.js";
import { NodeHttp2Stream, type StreamOwner } from "./node-http2-stream.js";
import { connectionWindowBytes, readWhileWriting } from "./read-while-writing.js";
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
  private failure: Error | undefined;
  readonly scheme: "http" | "https";
  private requests = 0;
  private openStreams = 0;
  private closing = false;
  private readonly session: ClientHttp2Session;

  constructor(
    private readonly duplex: Duplex,
    settings: Http2Settings,
    private readonly events: ClientConnectionEvents,
  ) {
    if (duplex.destroyed) throw duplex.errored ?? new Error("the stream to the server is destroyed already");
    this.scheme = (duplex as { encrypted?: boolean }).encrypted === true ? "https" : "http";
    // Before node:http2 listens: its streams end by the same events, and have to find the reason.
    duplex.on("error", (error) => this.lose(error));
    const transport = readWhileWriting(duplex);
    const session = connect("http://localhost", clientOptions(transport, settings));
    this.session = session;
    destroyAfterEnd(transport);
    session.on("error", (error) => this.lose(error));
    // After the end of the Duplex, and after the session has said what it knows of the reason.
    session.on("close", () => this.onClosed());
    session.on("connect", () => {
      if (!session.destroyed) session.setLocalWindowSize(connectionWindowBytes(duplex));
    });
    session.once("remoteSettings", () => events.onReady());
    session.on("goaway", (code: number, _lastStreamId: number, data?: Buffer) => this.onGoaway(code, data));
  }

  lost(streamError: Error | undefined): Error | undefined {
    // Streams end before their session tells its error.
    if (this.session.destroyed) this.lose(streamError ?? closedByPeer());
    return this.failure;
  }

  get usable(): boolean {
    return !this.session.closed && !this.session.destroyed;
  }

  get peerMaxHeaderListBytes(): number {
    return this.session.remoteSettings.maxHeaderListSize ?? Number.POSITIVE_INFINITY;
  }

  request(headers: HeaderRecord, events: StreamEvents): Http2Stream {
    const stream = new NodeHttp2Stream(this.session.request(headers, { endStream: false }), this);
    stream.listenToResponse(events);
    this.openStreams++;
    if (++this.requests === maxRequests) {
      this.events.onDraining();
      this.close();
    }
    return stream;
  }

  onStreamClosed(): void {
    this.openStreams--;
    this.finishIfDone();
  }

  close(): void {
    this.closing = true;
    this.finishIfDone();
  }

  destroy(error: Error): void {
    this.lose(error);
  }

  private onGoaway(code: number, data: Buffer | undefined): void {
    if (code !== ErrorCode.NO_ERROR) {
      const text = data === undefined || data.length === 0 ? "" : `, debug data: ${JSON.stringify(data.toString())}`;
      this.lose(new Error(`the peer ended the connection with GOAWAY ${errorCodeName(code)}${text}`));
      return;
    }
    this.events.onDraining();
  }

  // Not session.close() at once: after its GOAWAY the requests that are not sent yet would be refused.
  private finishIfDone(): void {
    if (!this.closing || this.openStreams > 0 || isEnding(this.duplex)) return;
    if (this.session.connecting) this.lose(new Error("the channel is closed"));
    else this.session.close();
  }

  private onClosed(): void {
    this.lose(closedByPeer());
    this.events.onClose(this.failure!);
  }

  private lose(error: Error): void {
    if (this.failure !== undefined) return;
    this.failure = error;
    this.events.onDraining();
    this.duplex.destroy();
  }
}

function closedByPeer(): Error {
  return new Error("the peer closed the connection");
}
