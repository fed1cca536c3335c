import { createServer, type Http2Server, type ServerHttp2Session, type ServerHttp2Stream } from "node:http2";
import type { Duplex } from "node:stream";
import type { Http2Settings, ServerConnection, ServerConnectionEvents } from "./http2.js";
import type { RawHeaders } from "./metadata.js";
import { closeAfterFinish, connectionWindowBytes, serverOptions } from "./node-http2-options.js";
import { NodeHttp2Stream, type StreamOwner } from "./node-http2-stream.js";

// The last stream that is not known yet, in the first of two GOAWAYs.
const maxStreamId = 2 ** 31 - 1;

/** Makes server connections by node:http2 of any Duplex; it never listens itself. */
export class NodeHttp2Server {
  private readonly server: Http2Server;
  private readonly sessions = new WeakMap<ServerHttp2Session, NodeServerConnection>();
  private accepted: ServerHttp2Session | undefined;

  constructor(private readonly settings: Http2Settings) {
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
    this.server.emit("connection", duplex);
    const session = this.accepted as ServerHttp2Session | undefined;
    if (session === undefined) return undefined;
    const connection = new NodeServerConnection(duplex, session, this.settings, events);
    this.sessions.set(session, connection);
    return connection;
  }
}

function ignore(): void {}

class NodeServerConnection implements ServerConnection, StreamOwner {
  lost: Error | undefined;

  constructor(
    private readonly duplex: Duplex,
    private readonly session: ServerHttp2Session,
    settings: Http2Settings,
    private readonly events: ServerConnectionEvents,
  ) {
    duplex.on("close", () => this.onClose());
    closeAfterFinish(duplex);
    // Its end is that of the Duplex.
    session.on("error", ignore);
    this.whenConnected(() => session.setLocalWindowSize(connectionWindowBytes(settings)));
  }

  get peerMaxHeaderListBytes(): number {
    return this.session.remoteSettings.maxHeaderListSize ?? Number.POSITIVE_INFINITY;
  }

  onStream(stream: ServerHttp2Stream, headers: RawHeaders): void {
    this.events.onStream(new NodeHttp2Stream(stream, this), headers);
  }

  close(): void {
    const { session } = this;
    this.whenConnected(() => {
      // Calls that are on their way to us must not be lost: their ids are known when the ping is back.
      session.goaway(0, maxStreamId);
      if (!session.ping(() => session.close())) session.close();
    });
  }

  destroy(): void {
    // In this order nothing more is written: the peer sees a lost connection, not cancelled calls.
    this.duplex.destroy();
    this.onClose();
  }

  private onClose(): void {
    if (this.lost !== undefined) return;
    this.lost = new Error("the connection is closed");
    this.session.destroy();
    this.events.onClose();
  }

  private whenConnected(action: () => void): void {
    const { session } = this;
    if (session.destroyed) return;
    if (session.connecting) session.once("connect", () => session.destroyed || action());
    else action();
  }
}
