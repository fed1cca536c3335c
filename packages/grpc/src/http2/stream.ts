import type { HeaderRecord, RawHeaders } from "../headers/metadata.js";
import { Unread } from "../messages/unread.js";
import type { Connection } from "./connection.js";
import { ErrorCode } from "./error-code.js";
import { defaultWindowBytes, maxWindowBytes } from "./frame.js";
import type { IncomingStream, StreamEvents } from "./transport.js";

/** More than this waits for the peer or the transport: the writer should wait too. */
const highWaterBytes = 64 * 1024;

/** One stream of a connection, of either side. */
export class Stream implements IncomingStream {
  /** 0: it waits until the peer takes one more stream. */
  id = 0;
  #events: StreamEvents | undefined;
  /** `ending`: the end waits behind data. */
  #local: "open" | "ending" | "ended" = "open";
  /** `told`: after all data, `onEnd` was called. */
  #remote: "headers" | "open" | "ended" | "told";
  #closed = false;
  #closeCode: number = ErrorCode.NO_ERROR;

  /** How much the peer takes. */
  #sendWindow: number;
  /** What waits to be sent. */
  #pending: Uint8Array[] | undefined;
  #pendingBytes = 0;
  #trailers: HeaderRecord | undefined;
  #resetAfterEnd = false;
  #wantsDrain = false;

  /** What has come and was not given back to the peer as credit. */
  #windowUsed = 0;
  /** The part of it that was read. */
  #consumed = 0;
  /** What has come while it was paused. */
  #unread: Unread | undefined;
  #paused = false;
  #delivering = false;
  /** What the peer's content-length leaves, if it has sent one. */
  #contentLeft: number | undefined;

  readonly #connection: Connection;

  constructor(connection: Connection, incoming: boolean) {
    this.#connection = connection;
    this.#remote = incoming ? "open" : "headers";
    this.#sendWindow = connection.peer.initialWindowBytes;
  }

  listen(events: StreamEvents): void {
    this.#events = events;
  }

  get peerMaxHeaderListBytes(): number {
    return this.#connection.peer.maxHeaderListBytes;
  }

  // Sending

  respond(headers: HeaderRecord): void {
    if (!this.#closed) this.#connection.sendHeaders(this.id, headers, false);
  }

  respondOnly(headers: HeaderRecord): void {
    this.endWithTrailers([], headers);
  }

  write(chunks: readonly Uint8Array[]): boolean {
    if (this.#closed || this.#local !== "open") return true;
    for (const chunk of chunks) this.#send(chunk);
    if (this.#pendingBytes < highWaterBytes) return true;
    this.#wantsDrain = true;
    return false;
  }

  end(chunks: readonly Uint8Array[]): void {
    if (this.#closed || this.#local !== "open") return;
    const last = chunks.length - 1;
    for (let i = 0; i < last; i++) this.#send(chunks[i]!);
    this.#local = "ending";
    if (last >= 0) this.#send(chunks[last]!);
    if (this.#pendingBytes === 0 && this.id !== 0) this.#finishSending();
  }

  endWithTrailers(chunks: readonly Uint8Array[], trailers: HeaderRecord): void {
    if (this.#closed || this.#local !== "open") return;
    this.#trailers = trailers;
    this.end(chunks);
  }

  reset(errorCode: number): void {
    if (this.#closed) return;
    this.#discard();
    if (errorCode === ErrorCode.NO_ERROR && this.#local === "ending") this.#resetAfterEnd = true;
    else this.#sendReset(errorCode);
  }

  /** The peer takes it now: its headers are sent, and what waits. */
  start(id: number, headers: HeaderRecord): void {
    this.id = id;
    // What it was when this waited may have changed.
    this.#sendWindow = this.#connection.peer.initialWindowBytes;
    this.#connection.sendHeaders(id, headers, false);
    if (this.#pendingBytes === 0) this.#finishSending();
    this.pump();
    this.#awaitRoom();
  }

  get hasPending(): boolean {
    return this.#pendingBytes > 0;
  }

  get window(): number {
    return this.#sendWindow;
  }

  /** Takes of the window what was sent. */
  spend(bytes: number): void {
    this.#sendWindow -= bytes;
  }

  /** Whether the window is still one. */
  widen(bytes: number): boolean {
    this.#sendWindow += bytes;
    if (this.#sendWindow > maxWindowBytes) return false;
    this.#awaitRoom();
    return true;
  }

  /** Sends what waits as far as there is room. */
  pump(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    let next = 0;
    while (next < pending.length) {
      const chunk = pending[next]!;
      const sent = this.#transmit(chunk, next === pending.length - 1);
      this.#pendingBytes -= sent;
      if (sent < chunk.length) {
        pending[next] = chunk.subarray(sent);
        break;
      }
      next++;
    }
    if (next === pending.length) this.#pending = undefined;
    else if (next > 0) pending.splice(0, next);
    if (this.#pendingBytes === 0) this.#finishSending();
    if (!this.#wantsDrain || this.#pendingBytes >= highWaterBytes || this.#closed) return;
    this.#wantsDrain = false;
    try {
      this.#events?.onDrain();
    } catch (thrown) {
      this.reset(ErrorCode.INTERNAL_ERROR);
      throwLater(thrown);
    }
  }

  #send(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    let rest = chunk;
    if (this.#pending === undefined) {
      const sent = this.#transmit(chunk, this.#local === "ending");
      if (sent === chunk.length) return;
      if (sent > 0) rest = chunk.subarray(sent);
      this.#pending = [];
    }
    this.#pending.push(rest);
    this.#pendingBytes += rest.length;
    this.#awaitRoom();
  }

  #transmit(chunk: Uint8Array, last: boolean): number {
    const endStream = last && this.#local === "ending" && this.#trailers === undefined;
    const sent = this.#connection.sendData(this, chunk, endStream);
    if (endStream && sent === chunk.length) this.#localEnded();
    return sent;
  }

  #awaitRoom(): void {
    if (this.#pendingBytes > 0 && this.id !== 0 && this.#sendWindow > 0) this.#connection.awaitRoom(this);
  }

  #finishSending(): void {
    // The last data has taken the end along, or a listener has ended it meanwhile.
    if (this.#local !== "ending") return;
    if (this.#trailers === undefined) this.#connection.writer.end(this.id);
    else this.#connection.sendHeaders(this.id, this.#trailers, true);
    this.#localEnded();
  }

  #localEnded(): void {
    this.#local = "ended";
    if (this.#resetAfterEnd) {
      this.#sendReset(ErrorCode.NO_ERROR);
      return;
    }
    if (this.#remote === "told") this.#closeWhenWritten();
    if (!this.receiving) this.#forget();
  }

  /** Before it is forgotten: with its last stream the connection may end. */
  #closeWhenWritten(): void {
    this.#closed = true;
    this.#connection.closeWhenWritten(this);
  }

  #sendReset(errorCode: number): void {
    this.#closeCode = errorCode;
    this.#dropPending();
    this.#local = "ended";
    if (this.id !== 0) this.#connection.sendReset(this.id, errorCode);
    this.#closeWhenWritten();
    this.#forget();
  }

  #forget(): void {
    this.#connection.forget(this);
  }

  #dropPending(): void {
    this.#pending = undefined;
    this.#pendingBytes = 0;
  }

  // Receiving

  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#deliver();
  }

  /** The sum of all DATA that comes has to be this. */
  expectContent(bytes: number): void {
    this.#contentLeft = bytes;
  }

  get awaitsHeaders(): boolean {
    return this.#remote === "headers";
  }

  /** Whether the peer may still send. */
  get receiving(): boolean {
    return this.#remote === "headers" || this.#remote === "open";
  }

  /** A DATA frame begins, padding included. Whether it keeps to the window. */
  receiveFrame(bytes: number): boolean {
    this.#windowUsed += bytes;
    // Until it has read our settings the peer knows the default window only.
    return this.#windowUsed <= Math.max(this.#connection.windowBytes, defaultWindowBytes);
  }

  receiveData(piece: Buffer): void {
    if (this.#contentLeft !== undefined) this.#contentLeft -= piece.length;
    if (this.#closed || this.#resetAfterEnd) {
      // Nobody wants it.
      this.consume(piece.length);
    } else if (this.#paused || this.#unread !== undefined) {
      this.#unread ??= new Unread();
      this.#unread.push(piece);
      this.#connection.receiveWindow.hold(piece.length);
    } else {
      this.#delivering = true;
      this.#events!.onData(piece);
      this.#delivering = false;
      this.consume(piece.length);
    }
  }

  /** What was received is done with: the peer may send as much again, after enough of it. */
  consume(bytes: number): void {
    this.#consumed += bytes;
    if (this.#consumed < this.#connection.windowBytes / 2 || !this.receiving || this.#closed) return;
    this.#connection.writer.windowUpdate(this.id, this.#consumed);
    this.#windowUsed -= this.#consumed;
    this.#consumed = 0;
  }

  receiveHeaders(headers: RawHeaders, endStream: boolean): void {
    this.#remote = "open";
    this.#events!.onHeaders(headers, endStream);
    if (endStream) this.receiveEnd();
  }

  receiveTrailers(headers: RawHeaders): void {
    this.#events!.onTrailers(headers);
    this.receiveEnd();
  }

  /** Whether the peer has sent as much as it said. */
  get contentComplete(): boolean {
    return this.#contentLeft === undefined || this.#contentLeft === 0;
  }

  receiveEnd(): void {
    if (this.#closed) return;
    this.#remote = "ended";
    if (this.#local === "ended") this.#forget();
    this.#deliver();
  }

  /** The peer has reset it. */
  receiveReset(errorCode: number): void {
    this.#closeCode = errorCode;
    this.#close(undefined);
  }

  /** The connection is gone, or the peer will not serve it. */
  lose(error: Error): void {
    this.#close(error);
  }

  /** After the last bytes have left. */
  onWritten(): void {
    this.#tellClosed(undefined);
  }

  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      this.#deliverUnread();
    } catch (thrown) {
      this.reset(ErrorCode.INTERNAL_ERROR);
      throw thrown;
    } finally {
      this.#delivering = false;
    }
    if (this.#remote !== "ended" || this.#paused || this.#unread !== undefined || this.#closed) return;
    this.#remote = "told";
    try {
      this.#events!.onEnd();
    } finally {
      if (this.#local === "ended" && !this.#closed) {
        this.#closed = true;
        this.#tellClosed(undefined);
      }
    }
  }

  #deliverUnread(): void {
    while (this.#unread !== undefined && !this.#paused && !this.#closed) {
      const piece = this.#unread.shift();
      if (this.#unread.empty) this.#unread = undefined;
      this.#connection.receiveWindow.release(piece.length);
      this.#events!.onData(piece);
      this.consume(piece.length);
    }
  }

  #discard(): void {
    this.#paused = false;
    const unread = this.#unread;
    if (unread === undefined) return;
    this.#unread = undefined;
    while (!unread.empty) {
      const piece = unread.shift();
      this.#connection.receiveWindow.release(piece.length);
      this.consume(piece.length);
    }
  }

  #close(error: Error | undefined): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#dropPending();
    this.#discard();
    this.#forget();
    this.#tellClosed(error);
  }

  #tellClosed(lost: Error | undefined): void {
    try {
      this.#events?.onClose(this.#closeCode, lost);
    } catch (thrown) {
      throwLater(thrown);
    }
  }
}

/** What a listener throws must not keep other streams from being told. */
function throwLater(thrown: unknown): void {
  process.nextTick(() => {
    throw thrown;
  });
}
