import { StatusError } from "../status/status.js";
import { type MessageLimits, MessageReader } from "./framing.js";

/** Told what a receiver makes of the bytes it gets. */
export interface ReceiverEvents {
  onMessage(message: Buffer): void;
  /** Bytes that are no message, or one that is not taken; nothing follows. */
  onBadMessage(error: StatusError): void;
  /** Every message was told, and the peer has ended its side; nothing follows. */
  onComplete(truncated: boolean): void;
}

/** Tells the messages of one direction, as far as its reader wants to hear. */
export class MessageReceiver {
  readonly #reader: MessageReader;
  #input: "open" | "ended" | "stopped" = "open";
  #paused = false;
  #delivering = false;

  readonly #events: ReceiverEvents;

  constructor(limits: MessageLimits, events: ReceiverEvents) {
    this.#events = events;
    this.#reader = new MessageReader(limits);
  }

  push(chunk: Buffer): void {
    if (this.#input !== "open") return;
    this.#reader.push(chunk);
    this.#deliver();
  }

  /** The peer has ended its side. */
  end(): void {
    if (this.#input !== "open") return;
    this.#input = "ended";
    this.#deliver();
  }

  /** Nothing more is told. */
  stop(): void {
    this.#input = "stopped";
  }

  pause(): void {
    this.#paused = true;
  }

  /** Whether it is still not paused after what was kept has been told. */
  resume(): boolean {
    this.#paused = false;
    this.#deliver();
    return !this.#paused;
  }

  #deliver(): void {
    // A message may be answered by pause, resume or stop: the loop that runs sees it.
    if (this.#delivering) return;
    this.#delivering = true;
    try {
      while (!this.#paused && this.#input !== "stopped") {
        const message = this.#next();
        if (message === undefined) break;
        this.#events.onMessage(message);
      }
    } finally {
      this.#delivering = false;
    }
    if (this.#input !== "ended" || this.#paused) return;
    this.#input = "stopped";
    this.#events.onComplete(this.#reader.truncated);
  }

  #next(): Buffer | undefined {
    try {
      return this.#reader.next();
    } catch (error) {
      this.#input = "stopped";
      this.#events.onBadMessage(StatusError.from(error));
      return undefined;
    }
  }
}
