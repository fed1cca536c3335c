import { Duplex } from "node:stream";
import { ReceiveBuffer } from "@go-plugin/wire";
import { ProtocolError, StreamError, type YamuxError } from "./errors.js";
import { Flag, FrameType, initialWindowBytes } from "./frame.js";
import type { FrameWriter, Sender } from "./frame-writer.js";
import { SendQueue } from "./send-queue.js";

/**
 * One stream of a session: a node Duplex. Go: yamux.Stream.
 *
 * `end()` half-closes it; reading goes on. `destroy()` without an error closes it as Go's `Close` does: what was
 * written is kept, the peer sees an end, and what it still sends is thrown away; so does leaving a `for await`.
 * `destroy(error)`, or with data unsent, resets it. When the peer resets it or the session ends it is destroyed with a
 * `YamuxError`; that never becomes an uncaught exception, listener or not, since a peer must not be able to end a
 * process.
 */
export interface Stream extends Duplex {
  /** The stream's number on the wire: odd when the client opened it, even when the server did. */
  readonly id: number;
  /** Emitted once, when the peer has accepted a stream that was opened here. Go: none. */
  on(event: "accept", listener: () => void): this;
  // biome-ignore lint/suspicious/noExplicitAny: the type that node gives it
  on(event: string | symbol, listener: (...args: any[]) => void): this;
}

/** The parts of the session that a stream uses. */
export interface StreamContext {
  readonly frames: FrameWriter;
  /** The largest receive window, in bytes. */
  readonly maxWindowSize: number;
  /** Both halves are closed, or the stream is reset: later frames with its id do not reach it. */
  forget(stream: SessionStream): void;
  /** The stream is destroyed here but the peer's half is open. */
  linger(stream: SessionStream): void;
}

/** `waiting`: not announced to the peer yet. `closed`: both halves, or reset, or the session is over. */
type State = "waiting" | "open" | "local-closed" | "remote-closed" | "closed";

/** Larger writes are cut, so that other streams get their turn. */
const maxPayload = initialWindowBytes;
/** Enough data ahead to fill one write to the transport. */
const writableHighWaterMark = 2 * initialWindowBytes;
const readableHighWaterMark = 64 * 1024;

type Callback = (error?: Error | null) => void;

/** A `Stream` with the methods that its session uses. */
export class SessionStream extends Duplex implements Stream, Sender {
  readonly id: number;
  readonly #context: StreamContext;
  #state: State;
  #sessionError: YamuxError | undefined;

  #sendWindow = initialWindowBytes;
  readonly #unsent = new SendQueue();
  /** The bytes of the write that node waits for, and their owner. */
  #writing = 0;
  #copied = true;
  #callback: Callback | undefined;

  /** The bytes that may be unread here; the peer may still send `#receiveWindow` of them. */
  #windowSize = initialWindowBytes;
  #receiveWindow = initialWindowBytes;
  readonly #received = new ReceiveBuffer();
  /** Node has called `_read` and will not do so again before the next push. */
  #wanted = false;

  constructor(id: number, context: StreamContext, state: "waiting" | "open") {
    super({ readableHighWaterMark, writableHighWaterMark, allowHalfOpen: true });
    this.id = id;
    this.#context = context;
    this.#state = state;
    this.on("error", ignore);
  }

  /** Announces the stream to the peer, and sends everything written before. */
  announce(): void {
    this.#state = "open";
    this.#context.frames.control(FrameType.windowUpdate, Flag.syn, this.id, 0);
    this.#startSending();
  }

  /** Acknowledges the peer's stream, if it still waits for that. */
  acknowledge(): void {
    if (this.#state !== "closed") this.#context.frames.control(FrameType.windowUpdate, Flag.ack, this.id, 0);
  }

  /** Takes a frame's header, after SYN and ACK; payload follows through `receive`. Throws what ends the session. */
  receiveHeader(type: FrameType, flags: number, length: number): void {
    if (flags & Flag.fin && this.#state === "remote-closed") {
      throw new ProtocolError("ERR_YAMUX_UNEXPECTED_FLAG", `the peer closed its half of stream ${this.id} twice`);
    }
    if (type === FrameType.data && length > this.#receiveWindow) {
      throw new ProtocolError(
        "ERR_YAMUX_WINDOW_EXCEEDED",
        `the peer may send ${this.#receiveWindow} bytes more on stream ${this.id}, but sent ${length}`,
      );
    }
    if (flags & Flag.rst) {
      this.#close();
      this.destroy(new StreamError("ERR_YAMUX_STREAM_RESET", `the peer refused or reset stream ${this.id}`));
      return;
    }
    if (type === FrameType.windowUpdate) {
      this.#sendWindow += length;
      this.sendSome();
    }
    if (flags & Flag.fin && (type === FrameType.windowUpdate || length === 0)) this.#receiveEnd();
  }

  /** Takes the next bytes of a data frame; `fin` when they are its last and it half-closes the stream. */
  receive(bytes: Uint8Array, fin: boolean): void {
    this.#receiveWindow -= bytes.length;
    if (this.destroyed) {
      // Nobody will read it, so there is no more credit. A peer that has used up its window gets a reset.
      if (!fin && this.#receiveWindow === 0) this.reset();
    } else if (this.#state === "open" || this.#state === "local-closed") {
      this.#hold(bytes);
      this.#afterRead();
    } // Else after FIN: Go sends such data when Write and Close run at once; nobody expects it.
    if (fin) this.#receiveEnd();
  }

  /** Ends the stream in both directions at once, on the wire only. */
  reset(): void {
    if (this.#state === "closed") return;
    this.#context.frames.control(FrameType.windowUpdate, Flag.rst, this.id, 0);
    this.#close();
  }

  /** The session is over: writing fails at once, reading fails once everything received has been read. */
  sessionEnded(error: YamuxError): void {
    this.#sessionError = error;
    if (this.#callback) this.destroy(error);
    else if (this.#remoteEnded && !this.readableEnded) this.once("end", () => this.destroy(error));
    else if (this.#unread === 0) this.destroy(error);
  }

  sendSome(): void {
    const { frames } = this.#context;
    const length = Math.min(this.#unsent.length, this.#sendWindow, maxPayload);
    if (length === 0) return;
    if (!frames.writable) {
      frames.whenWritable(this);
      return;
    }
    this.#sendWindow -= length;
    this.#copied = frames.data(this.id, this.#unsent, length) && this.#copied;
    if (this.#unsent.length > 0) frames.whenWritable(this);
    else if (this.#copied) this.#finishWrite();
    else frames.whenReleased(this);
  }

  onReleased(): void {
    this.#finishWrite();
  }

  #finishWrite(error?: Error): void {
    const callback = this.#callback;
    this.#callback = undefined;
    this.#writing = 0;
    callback?.(error);
  }

  override _write(chunk: Uint8Array, _encoding: BufferEncoding, callback: Callback): void {
    this.#send([chunk], callback);
  }

  override _writev(entries: readonly { readonly chunk: Uint8Array }[], callback: Callback): void {
    this.#send(
      entries.map((entry) => entry.chunk),
      callback,
    );
  }

  override _final(callback: Callback): void {
    this.#send([], (error) => {
      if (!error) this.#sendEnd();
      callback(error);
    });
  }

  override _read(): void {
    this.#wanted = true;
    let more = true;
    while (more && !this.#received.empty) {
      this.#wanted = false;
      more = this.push(this.#received.shift());
    }
    if (this.#received.length === 0 && this.#remoteEnded) this.push(null);
  }

  // Every way of reading that lets data wait ends up here, so it is the place to see what has been read.
  // biome-ignore lint/suspicious/noExplicitAny: the type that node gives it
  override read(size?: number): any {
    const chunk = super.read(size);
    this.#afterRead();
    return chunk;
  }

  override _destroy(reason: Error | null, callback: (error: Error | null) => void): void {
    const error = reason && isLeftLoop(reason) ? null : reason;
    const unsent = this.#unsent.length > 0 || this.writableLength > this.#writing;
    // With nothing unsent the write is complete but for the transport, which still reads the user's buffer.
    const borrowed = this.#unsent.length === 0 && this.#writing > 0;
    if (this.#state === "waiting") this.#close();
    else if (error || unsent) this.reset();
    else this.#sendEnd();
    if (this.#state === "local-closed") {
      // The discarded bytes free the window: the peer can end, or sends so much that it is reset.
      this.#giveCredit(0, this.#windowSize);
      this.#context.linger(this);
    }
    this.#unsent.fill([]);
    this.#received.clear();
    if (error || !borrowed) {
      this.#finishWrite(
        error ?? new StreamError("ERR_YAMUX_STREAM_ABORTED", `stream ${this.id} was destroyed before this was sent`),
      );
    }
    callback(reason);
  }

  get #unread(): number {
    return this.readableLength + this.#received.length;
  }

  get #remoteEnded(): boolean {
    return this.#state === "remote-closed" || this.#state === "closed";
  }

  #send(chunks: readonly Uint8Array[], callback: Callback): void {
    if (this.#sessionError) {
      callback(this.#sessionError);
      return;
    }
    this.#callback = callback;
    this.#unsent.fill(chunks);
    this.#writing = this.#unsent.length;
    this.#copied = true;
    if (this.#state !== "waiting") this.#startSending();
  }

  #startSending(): void {
    if (this.#unsent.length === 0) this.#finishWrite();
    else this.sendSome();
  }

  #sendEnd(): void {
    if (this.#state !== "open" && this.#state !== "remote-closed") return;
    this.#context.frames.control(FrameType.windowUpdate, Flag.fin, this.id, 0);
    if (this.#state === "open") this.#state = "local-closed";
    else this.#close();
  }

  #hold(bytes: Uint8Array): void {
    if (this.#unread === 0) {
      this.#wanted = false;
      this.push(bytes);
    } else {
      this.#received.push(bytes);
      if (this.#wanted) this._read();
    }
  }

  #receiveEnd(): void {
    if (this.#state === "open") this.#state = "remote-closed";
    else if (this.#state === "local-closed") this.#close();
    else return;
    if (!this.destroyed && this.#received.length === 0) this.push(null);
  }

  #close(): void {
    this.#state = "closed";
    this.#context.forget(this);
  }

  #afterRead(): void {
    if (this.#remoteEnded || this.destroyed) return;
    const unread = this.#unread;
    if (this.#sessionError) {
      if (unread === 0) this.destroy(this.#sessionError);
      return;
    }
    // Somebody reads, so the window may grow: the larger it is, the less often the peer waits for credit.
    this.#giveCredit(unread, Math.min(2 * this.#windowSize, this.#context.maxWindowSize));
  }

  #giveCredit(unread: number, windowSize: number): void {
    // Half a window at a time, as in Go: a frame for every read would cost more than it saves.
    if ((this.#windowSize - unread - this.#receiveWindow) * 2 < this.#windowSize) return;
    this.#windowSize = windowSize;
    const credit = windowSize - unread - this.#receiveWindow;
    this.#receiveWindow += credit;
    this.#context.frames.control(FrameType.windowUpdate, 0, this.id, credit);
  }
}

/**
 * Node destroys a stream whose `for await` was left with an error of its own, although nothing has failed. An
 * AbortSignal's error has the signal's reason as its cause.
 */
function isLeftLoop(reason: Error & { readonly code?: unknown }): boolean {
  return reason.code === "ABORT_ERR" && reason.cause === undefined;
}

function ignore(): void {}
