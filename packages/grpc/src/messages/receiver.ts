import type { DataListener } from "../http2/stream-input.js";
import { StatusError } from "../status/status.js";
import { MessageDecoder, type MessageLimits } from "./decoder.js";

/** Receives the messages of one direction. */
export interface ReceiverEvents {
  onMessage(message: Buffer): void;
  /** The bytes are not a message, or one that is refused. Nothing follows. */
  onBadMessage(error: StatusError): void;
  /** The peer has ended its side, and every message was delivered. Nothing follows. */
  onComplete(truncated: boolean): void;
}

/** Cuts the data of a stream into messages, and delivers them unless it is paused. */
export class MessageReceiver implements DataListener {
  readonly #decoder: MessageDecoder;
  #input: "open" | "ended" | "stopped" = "open";
  #paused = false;
  #delivering = false;

  readonly #events: ReceiverEvents;

  constructor(limits: MessageLimits, events: ReceiverEvents) {
    this.#events = events;
    this.#decoder = new MessageDecoder(limits);
  }

  onData(chunk: Buffer): void {
    if (this.#input !== "open") return;
    this.#decoder.push(chunk);
    this.#deliver();
  }

  onEnd(): void {
    if (this.#input !== "open") return;
    this.#input = "ended";
    this.#deliver();
  }

  /** Delivers nothing more. */
  stop(): void {
    this.#input = "stopped";
  }

  pause(): void {
    this.#paused = true;
  }

  /** Delivers the kept messages. Returns false when it is paused again afterwards. */
  resume(): boolean {
    this.#paused = false;
    this.#deliver();
    return !this.#paused;
  }

  #deliver(): void {
    // A listener may pause, resume or stop in response to a message: the running loop notices.
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
    this.#events.onComplete(this.#decoder.truncated);
  }

  #next(): Buffer | undefined {
    try {
      return this.#decoder.next();
    } catch (error) {
      this.#input = "stopped";
      this.#events.onBadMessage(StatusError.from(error));
      return undefined;
    }
  }
}
