import { ReceiveBuffer } from "@go-plugin/wire";
import { type ReceiveWindow, StreamReceiveWindow } from "./flow-control.js";
import type { DataSink } from "./frame-reader.js";
import type { FrameWriter } from "./frame-writer.js";

/** Reads the data of a stream. */
export interface DataListener {
  onData(chunk: Buffer): void;
  /** The peer has ended its half, and all data before that was delivered. */
  onEnd(): void;
}

/** Events of an input. */
export interface InputOwner {
  /** The peer has ended its half; data may be unread. */
  onInputEnd(): void;
  /** Nothing is left to read: the listener has received the end, or does not want it. */
  onInputRead(): void;
  /** The listener threw during the delivery of unread data. */
  onListenerError(): void;
}

/** The parts of the connection that inputs use. */
export interface InputContext {
  readonly frames: FrameWriter;
  readonly receiveWindow: ReceiveWindow;
  readonly streamWindowBytes: number;
}

/** The half of a stream that the peer sends. Its data waits until somebody reads, and while the reader pauses. */
export class StreamInput implements DataSink {
  readonly #context: InputContext;
  readonly #owner: InputOwner;
  readonly #window: StreamReceiveWindow;
  #streamId = 0;
  /** `read`: everything was delivered or discarded. */
  #state: "open" | "ended" | "read" = "open";
  #listener: DataListener | undefined;
  #paused = false;
  #delivering = false;
  #unread: ReceiveBuffer | undefined;
  /** The data is discarded; with `closed` the peer gets no more credit either. */
  #discarding: "no" | "yes" | "closed" = "no";
  /** The remaining bytes of the peer's content-length, if it sent one. */
  #contentLeft: number | undefined;

  constructor(context: InputContext, owner: InputOwner) {
    this.#context = context;
    this.#owner = owner;
    this.#window = new StreamReceiveWindow(context.streamWindowBytes);
  }

  get state(): "open" | "ended" | "read" {
    return this.#state;
  }

  start(streamId: number): void {
    this.#streamId = streamId;
  }

  /** Delivers the data to this listener from now on. */
  read(listener: DataListener): void {
    this.#listener = listener;
    this.#deliver();
  }

  /** Stops `onData`; the peer stops when the stream's window is full. */
  pause(): void {
    this.#paused = true;
  }

  resume(): void {
    if (!this.#paused) return;
    this.#paused = false;
    this.#deliver();
  }

  /** Sets the expected sum of all DATA. */
  expectContent(bytes: number): void {
    this.#contentLeft = bytes;
  }

  /** False while less data than the announced content-length has arrived. */
  get contentComplete(): boolean {
    return this.#contentLeft === undefined || this.#contentLeft === 0;
  }

  /** A DATA frame begins, padding included. Returns false when the peer exceeds the window. */
  receiveFrame(bytes: number): boolean {
    return this.#window.use(bytes);
  }

  receiveData(piece: Buffer): void {
    if (this.#contentLeft !== undefined) this.#contentLeft -= piece.length;
    const listener = this.#listener;
    if (this.#discarding !== "no") {
      this.#consume(piece.length);
    } else if (listener === undefined || this.#paused || this.#unread !== undefined) {
      this.#unread ??= new ReceiveBuffer();
      this.#unread.push(piece);
      this.#context.receiveWindow.hold(piece.length);
    } else {
      this.#delivering = true;
      listener.onData(piece);
      this.#delivering = false;
      this.#consume(piece.length);
    }
  }

  /** Padding counts as read at once. */
  receivePadding(bytes: number): void {
    this.#consume(bytes);
  }

  receiveEnd(): void {
    if (this.#discarding === "closed") return;
    this.#state = "ended";
    this.#owner.onInputEnd();
    this.#deliver();
  }

  /** Discards unread and later data. */
  discard(): void {
    if (this.#discarding === "no") this.#discarding = "yes";
    this.#paused = false;
    const unread = this.#unread;
    if (unread !== undefined) {
      this.#unread = undefined;
      this.#context.receiveWindow.release(unread.length);
      this.#consume(unread.length);
    }
    this.#deliver();
  }

  /** The stream is over. */
  close(): void {
    this.#discarding = "closed";
    this.discard();
  }

  #consume(bytes: number): void {
    const receiving = this.#state === "open" && this.#discarding !== "closed";
    const credit = this.#window.consume(bytes, receiving);
    if (credit > 0) this.#context.frames.windowUpdate(this.#streamId, credit);
  }

  #deliver(): void {
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      this.#deliverUnread();
    } catch (thrown) {
      this.#owner.onListenerError();
      throw thrown;
    } finally {
      this.#delivering = false;
    }
    const listener = this.#listener;
    if (this.#state !== "ended" || this.#paused || this.#unread !== undefined) return;
    if (this.#discarding === "closed") return;
    if (this.#discarding === "no" && listener === undefined) return;
    this.#state = "read";
    try {
      if (this.#discarding === "no") listener!.onEnd();
    } finally {
      this.#owner.onInputRead();
    }
  }

  #deliverUnread(): void {
    const listener = this.#listener;
    while (listener !== undefined && this.#unread !== undefined && !this.#paused && this.#discarding !== "closed") {
      const piece = this.#unread.shift();
      if (this.#unread.empty) this.#unread = undefined;
      this.#context.receiveWindow.release(piece.length);
      listener.onData(piece);
      this.#consume(piece.length);
    }
  }
}
