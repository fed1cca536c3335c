import { defaultWindowBytes, flowControlError, maxWindowBytes } from "./frame.js";
import type { FrameWriter } from "./frame-writer.js";
import type { PeerSettings } from "./peer-settings.js";

/** The number of bytes that the peer may send ahead on all streams together. */
const connectionWindowBytes = 4 * 1024 * 1024;
/** With more unread bytes than this on paused streams, the peer gets no more credit on any stream. */
const maxUnreadBytes = 64 * 1024 * 1024;

/** The number of bytes that the peer accepts on all streams together. */
export class SendWindow {
  #left = defaultWindowBytes;

  get left(): number {
    return this.#left;
  }

  spend(bytes: number): void {
    this.#left -= bytes;
  }

  /** @throws {Http2Error} when the window exceeds HTTP/2's maximum. */
  widen(bytes: number): void {
    this.#left += bytes;
    if (this.#left > maxWindowBytes) throw flowControlError("WINDOW_UPDATE that overflows the window");
  }
}

/**
 * The number of bytes that the peer accepts on one stream. It is relative to the peer's setting, so a change of the
 * setting costs nothing.
 */
export class StreamSendWindow {
  readonly #peer: PeerSettings;
  #balance = 0;

  constructor(peer: PeerSettings) {
    this.#peer = peer;
  }

  /** Negative after the peer has reduced its setting below the amount already sent. */
  get left(): number {
    return this.#peer.initialWindowBytes + this.#balance;
  }

  /** The difference to the window of a new stream. */
  get balance(): number {
    return this.#balance;
  }

  spend(bytes: number): void {
    this.#balance -= bytes;
  }

  /** Returns false when the window exceeds HTTP/2's maximum. */
  widen(bytes: number): boolean {
    this.#balance += bytes;
    return this.left <= maxWindowBytes;
  }
}

/**
 * The connection's window for the peer's data. It opens whether or not streams are read, so an unread stream delays no
 * other.
 */
export class ReceiveWindow {
  readonly #frames: FrameWriter;
  #used = 0;
  #unreadBytes = 0;

  constructor(frames: FrameWriter) {
    this.#frames = frames;
  }

  /** Bytes that are kept for paused streams. */
  get unreadBytes(): number {
    return this.#unreadBytes;
  }

  /** Widens the initial window of the connection. */
  open(): void {
    this.#frames.windowUpdate(0, connectionWindowBytes - defaultWindowBytes);
  }

  /** A DATA frame begins, padding included. @throws {Http2Error} when the peer exceeds the window. */
  use(bytes: number): void {
    this.#used += bytes;
    if (this.#used > connectionWindowBytes) throw flowControlError("more DATA than the connection's window");
  }

  /** Received bytes are kept for a stream that is paused. */
  hold(bytes: number): void {
    this.#unreadBytes += bytes;
  }

  /** Kept bytes were read, or thrown away. */
  release(bytes: number): void {
    this.#unreadBytes -= bytes;
    this.credit();
  }

  /** Returns the used credit to the peer once there is enough of it. */
  credit(): void {
    if (this.#used < connectionWindowBytes / 4 || this.#unreadBytes > maxUnreadBytes) return;
    this.#frames.windowUpdate(0, this.#used);
    this.#used = 0;
  }
}

/** The window of one stream for the peer's data. It opens as the stream is read. */
export class StreamReceiveWindow {
  readonly #bytes: number;
  #used = 0;
  /** The part of it that was read. */
  #consumed = 0;

  constructor(bytes: number) {
    this.#bytes = bytes;
  }

  /** A DATA frame begins, padding included. Returns false when the peer exceeds the window. */
  use(bytes: number): boolean {
    this.#used += bytes;
    // Until it has read our settings, the peer knows only the default window.
    return this.#used <= Math.max(this.#bytes, defaultWindowBytes);
  }

  /** Bytes were read. Returns the credit that the peer gets for them now, or 0. */
  consume(bytes: number, receiving: boolean): number {
    this.#consumed += bytes;
    if (this.#consumed < this.#bytes / 2 || !receiving) return 0;
    const credit = this.#consumed;
    this.#used -= credit;
    this.#consumed = 0;
    return credit;
  }
}
