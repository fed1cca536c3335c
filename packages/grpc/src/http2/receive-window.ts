import { defaultWindowBytes, flowControlError } from "./frame.js";
import type { FrameWriter } from "./frame-writer.js";

/** How far the peer may send ahead on all streams together. */
const windowBytes = 4 * 1024 * 1024;
/** With more than this unread on paused streams the peer gets no more credit on any. */
const maxUnreadBytes = 64 * 1024 * 1024;

/** The connection's window for what the peer sends. It opens whoever reads: a stream that is not read holds up no other. */
export class ReceiveWindow {
  #used = 0;
  #unreadBytes = 0;

  readonly #writer: FrameWriter;

  constructor(writer: FrameWriter) {
    this.#writer = writer;
  }

  get unread(): number {
    return this.#unreadBytes;
  }

  /** Widens what every connection begins with. */
  open(): void {
    this.#writer.windowUpdate(0, windowBytes - defaultWindowBytes);
  }

  /** A DATA frame begins, padding included. @throws ConnectionError if the peer may not send as much. */
  use(bytes: number): void {
    this.#used += bytes;
    if (this.#used > windowBytes) throw flowControlError("more DATA than the connection's window");
  }

  /** What has come is kept for a stream that is paused. */
  hold(bytes: number): void {
    this.#unreadBytes += bytes;
  }

  /** It is read, or thrown away. */
  release(bytes: number): void {
    this.#unreadBytes -= bytes;
    this.credit();
  }

  /** Gives back to the peer what it has used, when it is enough. */
  credit(): void {
    if (this.#used < windowBytes / 4 || this.#unreadBytes > maxUnreadBytes) return;
    this.#writer.windowUpdate(0, this.#used);
    this.#used = 0;
  }
}
