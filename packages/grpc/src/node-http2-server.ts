import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import type { Http2Settings, ServerConnection, ServerConnectionEvents } from "./http2.js";
import type { RawHeaders } from "./metadata.js";
import { destroyAfterEnd, isEnding } from "./node-http2-end.js";
import { serverOptions } from "./node-http2-options.js";
import { NodeHttp2Stream, type StreamOwner } from "./node-http2-stream.js";
import { connectionWindowBytes, readWhileWriting } from "./read-while-writing.js";

/** Makes server connections by node:http2 of any Duplex; it never listens itself. */
export class NodeHttp2Server {
  private readonly server: Http2Server;
  private readonly sessions = new WeakMap<ServerHttp2Session, NodeServerConnection>();
  private accepted: ServerHttp2Session | undefined;

  constructor(settings: Http2Settings) {
    this.server = createServer(serverOptions(settings));
    this.server.on("session", (session) => {
      this.accepted = session;
    });
    const onStream = (stream: ServerHttp2Stream, _headers: unknown, _flags: unknown, rawHeaders: RawHeaders) => {
      // Undefined once the stream is gone.
      const session = stream.session as ServerHttp2Session | undefined;
      if (session !== undefined) this.sessions.get(session)?.onStream(stream, rawHeaders);
    };
    this.server.on("stream", onStream as (stream: ServerHttp2Stream) => void);
    // A TLS socket that has not agreed on "h2".
    this.server.on("unknownProtocol", (socket: Duplex) => socket.destroy());
  }

  /** Undefined if the Duplex is of no use: it is destroyed then. */
  accept(duplex: Duplex, events: ServerConnectionEvents): ServerConnection | undefined {
    duplex.on("error", ignore);
    if (duplex.destroyed) return undefined;
    this.accepted = undefined;
    const transport = readWhileWriting(duplex);
    this.server.emit("connection", transport);
    const session = this.accepted as ServerHttp2Session | undefined;
    if (session === undefined) return undefined;
    destroyAfterEnd(transport);
    const connection = new NodeServerConnection(duplex, session, events);
    this.sessions.set(session, connection);
    return connection;
  }
}

function ignore(): void {}

class NodeServerConnection implements ServerConnection, StreamOwner {
  private failure: Error | undefined;

  constructor(
    private readonly duplex: Duplex,
    private readonly session: ServerHttp2Session,
    private readonly events: ServerConnectionEvents,
  ) {
    duplex.on("close", () => this.onClose());
    // Its end is that of the Duplex.
    session.on("error", ignore);
    this.whenConnected(() => session.setLocalWindowSize(connectionWindowBytes(this.duplex)));
  }

  lost(streamError: Error | undefined): Error | undefined {
    return (
      this.failure ?? (this.session.destroyed ? (streamError ?? new Error("the connection is closed")) : undefined)
    );
  }

  get peerMaxHeaderListBytes(): number {
    return this.session.remoteSettings.maxHeaderListSize ?? Number.POSITIVE_INFINITY;
  }

  onStream(stream: ServerHttp2Stream, headers: RawHeaders): void {
    this.events.onStream(new NodeHttp2Stream(stream, this), headers);
  }

  close(): void {
    this.whenConnected(() => {
      if (!isEnding(this.duplex)) this.session.close();
    });
  }

  destroy(): void {
    // Not the session: it would tell the peer that its calls are cancelled, instead of lost with the connection.
    this.failure = new Error("the server is stopped");
    this.duplex.destroy();
  }

  private onClose(): void {
    this.failure ??= new Error("the connection is closed");
    this.events.onClose();
  }

  private whenConnected(action: () => void): void {
    const { session } = this;
    if (session.destroyed) return;
    if (session.connecting) session.once("connect", () => session.destroyed || action());
    else action();
  }
}
