import type { Duplex } from "node:stream";
import { AcceptQueue } from "./accept-queue.js";
import { Deadlines } from "./deadlines.js";
import { Decoder, type FrameSink } from "./decode.js";
import { OpenError, PingTimeoutError, ProtocolError, SessionError, type YamuxError } from "./errors.js";
import { Flag, FrameType, GoAwayCode } from "./frame.js";
import { FrameWriter } from "./frame-writer.js";
import { Opener } from "./opener.js";
import { Pings } from "./pings.js";
import { resolveOptions, type SessionOptions } from "./session-options.js";
import { SessionStream, type Stream, type StreamContext } from "./stream.js";

const lastStreamId = 0xffff_fffd;

type State =
  | { readonly kind: "open"; readonly remoteGoAway: boolean }
  | { readonly kind: "ended"; readonly reason: YamuxError };

/**
 * Many streams over one Duplex. The session owns the Duplex: it reads it, and ends and destroys it when the session is
 * over. The peer's streams wait for `accept`, or for `for await` over the session, which ends when either side closes
 * the session and throws when it fails. Go: yamux.Session.
 */
export class Session implements AsyncIterable<Stream>, AsyncDisposable {
  /**
   * Settles when the session is over and the transport is released: undefined after `close()`, otherwise the reason.
   * Never rejects.
   */
  readonly closed: Promise<YamuxError | undefined>;

  readonly #options: Required<SessionOptions>;
  readonly #frames: FrameWriter;
  readonly #streamContext: StreamContext;
  #state: State = { kind: "open", remoteGoAway: false };
  #localGoAway = false;
  #onGoAway!: () => void;
  /** Resolves when the peer accepts no more streams; {@link open} throws from then on. Never rejects. */
  readonly goneAway = new Promise<void>((resolve) => {
    this.#onGoAway = resolve;
  });

  readonly #streams = new Map<number, SessionStream>();
  readonly #incoming: AcceptQueue<SessionStream>;
  #incomingCount = 0;

  #nextId: number;
  readonly #opener: Opener;
  readonly #closing: Deadlines<SessionStream>;

  readonly #pings: Pings;
  readonly #keepAlive: NodeJS.Timeout | undefined;

  /**
   * @throws {TypeError | RangeError} for a bad option, and for a transport that gives text.
   */
  constructor(transport: Duplex, options: SessionOptions) {
    this.#options = resolveOptions(options);
    if (transport.readableEncoding !== null || transport.readableObjectMode) {
      throw new TypeError("expected a transport that gives bytes: no setEncoding, no object mode");
    }
    this.#nextId = this.#options.role === "client" ? 1 : 2;
    this.#incoming = new AcceptQueue(this.#options.acceptBacklog);
    this.#frames = new FrameWriter(transport);
    this.#streamContext = {
      frames: this.#frames,
      maxWindowSize: this.#options.maxStreamWindowSize,
      forget: (stream) => this.#forget(stream),
      linger: (stream) => this.#linger(stream),
    };
    this.#opener = new Opener(
      this.#options.acceptBacklog,
      this.#options.streamOpenTimeoutMs,
      (stream) => this.#announce(stream),
      (stream) => this.#openTimedOut(stream),
    );
    this.#closing = new Deadlines(this.#options.streamCloseTimeoutMs, (stream) => stream.reset());
    this.#pings = new Pings(this.#options.connectionWriteTimeoutMs, (value) => {
      this.#frames.control(FrameType.ping, Flag.syn, 0, value);
    });
    if (this.#options.keepAliveIntervalMs > 0) {
      this.#keepAlive = setInterval(() => void this.#keepAlivePing(), this.#options.keepAliveIntervalMs).unref();
    }
    this.closed = this.#read(transport);
  }

  /** Number of streams that either side has not closed yet. Go: NumStreams. */
  get streams(): number {
    return this.#streams.size + this.#opener.waiting.size;
  }

  /**
   * Opens a stream at once: it is announced in this tick, and data may be written before the peer accepts it. While
   * `acceptBacklog` streams are unaccepted, the stream waits for its turn. Go: OpenStream.
   *
   * @throws {SessionError | ProtocolError} when the session is over.
   * @throws {OpenError} when the peer goes away.
   */
  open(): Stream {
    if (this.#state.kind === "ended") throw this.#state.reason;
    if (this.#state.remoteGoAway) throw remoteGoAway();
    if (this.#nextId > lastStreamId) {
      throw new OpenError(
        "ERR_YAMUX_STREAMS_EXHAUSTED",
        "all stream ids of this session are used up: start a new session",
      );
    }
    const stream = new SessionStream(this.#nextId, this.#streamContext, "waiting");
    this.#nextId += 2;
    this.#opener.add(stream);
    return stream;
  }

  /**
   * Waits for the next stream that the peer opens, and acknowledges it. A stream that the peer has already reset is
   * returned too, destroyed, so that the order of streams is kept. Go: AcceptStreamWithContext.
   *
   * @throws {SessionError | ProtocolError} when the session is over, or the signal's reason.
   */
  async accept(options?: { readonly signal?: AbortSignal }): Promise<Stream> {
    options?.signal?.throwIfAborted();
    const kept = this.#incoming.poll();
    kept?.acknowledge();
    return kept ?? (await this.#incoming.take(options?.signal));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<Stream, void, undefined> {
    while (true) {
      let stream: Stream;
      try {
        stream = await this.accept();
      } catch (error) {
        if (error instanceof SessionError && isOrderly(error)) return;
        throw error;
      }
      yield stream;
    }
  }

  /**
   * Pings the peer and returns the round trip in milliseconds. Go: Ping.
   *
   * @throws {PingTimeoutError} after `connectionWriteTimeoutMs`.
   * @throws {SessionError | ProtocolError} when the session is over.
   */
  async ping(): Promise<number> {
    if (this.#state.kind === "ended") throw this.#state.reason;
    return this.#pings.ping();
  }

  /** Asks the peer to open no more streams, and refuses later ones; open streams continue. Go: GoAway. */
  goAway(): void {
    this.#localGoAway = true;
    this.#frames.control(FrameType.goAway, 0, 0, GoAwayCode.normal);
  }

  /**
   * Ends the session: open streams fail, their sent data goes out, and the transport is ended. Idempotent. Resolves
   * when the transport is closed, which the peer can delay by `connectionWriteTimeoutMs`. Go: Close.
   */
  async close(): Promise<void> {
    this.#end(new SessionError("ERR_YAMUX_SESSION_CLOSED", "the session was closed on this side"));
    await this.closed;
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close();
  }

  #read(transport: Duplex): Promise<YamuxError | undefined> {
    const decoder = new Decoder(this.#sink());
    const lost = (message: string, cause?: Error) => {
      this.#end(new SessionError("ERR_YAMUX_CONNECTION_LOST", message, cause && { cause }));
    };
    transport.on("data", (chunk: Uint8Array) => this.#decode(decoder, chunk));
    const ended = (cause?: Error) => {
      if (decoder.midFrame) lost("the connection ended in the middle of a frame", cause);
      else this.#end(new SessionError("ERR_YAMUX_REMOTE_CLOSED", "the peer closed the connection", cause && { cause }));
    };
    transport.on("end", ended);
    transport.on("error", (error: NodeJS.ErrnoException) => {
      // Also an orderly end: Go closes its socket before it has read everything.
      if (error.code === "ECONNRESET" || error.code === "EPIPE") ended(error);
      else lost(`the connection failed: ${error.message}`, error);
    });
    if (transport.destroyed || transport.readableEnded) lost("the connection had ended before the session began");
    return new Promise((resolve) => {
      const released = () => {
        lost("the connection was closed");
        const { reason } = this.#state as State & { kind: "ended" };
        resolve(reason.code === "ERR_YAMUX_SESSION_CLOSED" ? undefined : reason);
      };
      if (transport.closed) released();
      else transport.on("close", released);
    });
  }

  #decode(decoder: Decoder, chunk: Uint8Array): void {
    if (this.#state.kind === "ended") return;
    try {
      // Immediate answers go out at once, because the detour through the tick queue would show in every round trip.
      this.#frames.hold();
      decoder.push(chunk);
      this.#frames.flush();
    } catch (error) {
      if (error instanceof ProtocolError) {
        this.#end(error, GoAwayCode.protocolError);
        return;
      }
      // A listener of a stream threw, which loses the rest of the chunk.
      const message = "a listener threw while the session was reading";
      this.#end(new SessionError("ERR_YAMUX_INTERNAL_ERROR", message, { cause: error }), GoAwayCode.internalError);
      throw error;
    }
  }

  #sink(): FrameSink {
    let receiver: SessionStream | undefined;
    let fin = false;
    return {
      header: (type, flags, streamId, length) => {
        receiver = undefined;
        if (this.#state.kind === "ended") return;
        if (type === FrameType.ping) return this.#receivePing(flags, length);
        if (type === FrameType.goAway) return this.#receiveGoAway(length);
        if (flags & Flag.syn) this.#receiveSyn(streamId);
        receiver = this.#streams.get(streamId);
        // Normal: the peer did not know yet that the stream is closed. Its payload is skipped.
        if (!receiver) return;
        if (flags & Flag.ack && this.#opener.delete(receiver)) receiver.emit("accept");
        fin = (flags & Flag.fin) !== 0;
        receiver.receiveHeader(type, flags, length);
      },
      payload: (bytes, last) => receiver?.receive(bytes, last && fin),
    };
  }

  #receivePing(flags: number, value: number): void {
    if (flags & Flag.syn) this.#frames.control(FrameType.ping, Flag.ack, 0, value);
    else this.#pings.answer(value);
  }

  #receiveGoAway(code: number): void {
    if (code === GoAwayCode.normal) {
      this.#state = { kind: "open", remoteGoAway: true };
      this.#onGoAway();
      for (const stream of this.#opener.waiting) stream.destroy(remoteGoAway());
    } else if (code === GoAwayCode.protocolError) {
      this.#end(remoteError("says that this side broke the protocol"));
    } else if (code === GoAwayCode.internalError) {
      this.#end(remoteError("reports an internal error"));
    } else {
      this.#end(remoteError(`went away with the unknown code ${code}`));
    }
  }

  #receiveSyn(id: number): void {
    if (this.#localGoAway) {
      this.#refuse(id);
      return;
    }
    if (id === 0 || !this.#isRemote(id)) {
      const expected = this.#options.role === "client" ? "even" : "odd";
      throw new ProtocolError(
        "ERR_YAMUX_INVALID_STREAM_ID",
        `expected the peer of a ${this.#options.role} to open ${expected} stream ids, got ${id}: exactly one side must be the client`,
      );
    }
    if (this.#streams.has(id)) {
      throw new ProtocolError("ERR_YAMUX_DUPLICATE_STREAM", `the peer opened stream ${id}, which is open`);
    }
    if (this.#incoming.full || this.#incomingCount >= this.#options.maxIncomingStreams) {
      this.#refuse(id);
      return;
    }
    const stream = new SessionStream(id, this.#streamContext, "open");
    this.#streams.set(id, stream);
    this.#incomingCount += 1;
    if (this.#incoming.offer(stream)) stream.acknowledge();
  }

  #refuse(id: number): void {
    this.#frames.control(FrameType.windowUpdate, Flag.rst, id, 0);
  }

  #announce(stream: SessionStream): void {
    this.#streams.set(stream.id, stream);
    stream.announce();
  }

  #openTimedOut(stream: SessionStream): void {
    const time = `${this.#options.streamOpenTimeoutMs} ms`;
    this.#end(new SessionError("ERR_YAMUX_OPEN_TIMEOUT", `the peer did not accept stream ${stream.id} within ${time}`));
  }

  #forget(stream: SessionStream): void {
    if (this.#streams.delete(stream.id) && this.#isRemote(stream.id)) this.#incomingCount -= 1;
    this.#closing.delete(stream);
    this.#opener.delete(stream);
  }

  #linger(stream: SessionStream): void {
    this.#opener.stopTimer(stream);
    this.#closing.add(stream);
  }

  async #keepAlivePing(): Promise<void> {
    try {
      await this.ping();
    } catch (error) {
      if (!(error instanceof PingTimeoutError)) return;
      this.#end(
        new SessionError("ERR_YAMUX_KEEPALIVE_TIMEOUT", `keepalive ended the session: ${error.message}`, {
          cause: error,
        }),
      );
    }
  }

  #isRemote(id: number): boolean {
    return (id & 1) === (this.#options.role === "client" ? 0 : 1);
  }

  #end(reason: YamuxError, tellPeer?: GoAwayCode): void {
    if (this.#state.kind === "ended") return;
    this.#state = { kind: "ended", reason };
    if (tellPeer !== undefined) this.#frames.control(FrameType.goAway, 0, 0, tellPeer);
    this.#frames.end(this.#options.connectionWriteTimeoutMs);
    clearInterval(this.#keepAlive);
    this.#closing.clear();
    this.#pings.fail(reason);
    this.#incoming.close(reason);
    const streams = [...this.#streams.values(), ...this.#opener.waiting];
    this.#streams.clear();
    this.#opener.clear();
    // Each on its own tick: an error of one user's callback must not keep the others from being notified.
    for (const stream of streams) process.nextTick(() => stream.sessionEnded(reason));
  }
}

function remoteGoAway(): OpenError {
  return new OpenError(
    "ERR_YAMUX_REMOTE_GOAWAY",
    "the peer is going away and takes no new streams: start a new session",
  );
}

function remoteError(what: string): SessionError {
  return new SessionError("ERR_YAMUX_REMOTE_ERROR", `the peer ${what}`);
}

function isOrderly(error: SessionError): boolean {
  return error.code === "ERR_YAMUX_SESSION_CLOSED" || error.code === "ERR_YAMUX_REMOTE_CLOSED";
}
