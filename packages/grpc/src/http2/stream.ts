import { ErrorCode } from "./error-code.js";
import { type InputContext, type InputOwner, StreamInput } from "./stream-input.js";
import { type OutputContext, type OutputOwner, StreamOutput } from "./stream-output.js";

/**
 * The progress of a stream that is over: `unsent` never left this side, `unseen` was refused before the peer's
 * application saw it. Both can be sent again safely.
 */
export type StreamProgress = "unsent" | "unseen" | "seen";

/** Events of a stream besides its data. */
export interface StreamEvents {
  /** There is room again after `write` returned false. */
  onDrain(): void;
  /** The stream is over; nothing follows. `lost` is the connection's error, if that is the reason. */
  onClose(errorCode: number, lost: Error | undefined, progress: StreamProgress): void;
}

/** The parts of the connection that streams use. */
export interface StreamContext extends InputContext, OutputContext {
  /** Sends RST_STREAM, and remembers it. */
  sendReset(streamId: number, errorCode: number): void;
  /** Both halves have ended: later frames with this id do not reach the stream. */
  remove(stream: Stream): void;
  /** Calls `onTaken` when the transport has everything sent so far. */
  whenTaken(stream: Stream): void;
}

/** The two halves of a stream, and how they end together. */
export class Stream implements OutputOwner, InputOwner {
  readonly output: StreamOutput;
  readonly input: StreamInput;
  readonly #context: StreamContext;
  /** 0 while the stream waits until the peer allows another one. */
  #id = 0;
  #events: StreamEvents | undefined;
  #closed = false;
  #closeCode: number = ErrorCode.NO_ERROR;
  #resetAfterEnd = false;

  constructor(context: StreamContext) {
    this.#context = context;
    this.output = new StreamOutput(context, this);
    this.input = new StreamInput(context, this);
  }

  get id(): number {
    return this.#id;
  }

  listen(events: StreamEvents): void {
    this.#events = events;
  }

  /** The stream has its id. `output.start` sends what was written before. */
  start(id: number): void {
    this.#id = id;
    this.input.start(id);
  }

  /** Ends both halves; with NO_ERROR, once everything written has been sent. Later data is discarded. */
  reset(errorCode: number): void {
    if (this.#closed) return;
    this.#closeCode = errorCode;
    this.input.discard();
    // Both halves have ended already: there is nothing to reset.
    if (this.#closed) return;
    if (errorCode === ErrorCode.NO_ERROR && this.output.state === "ending") this.#resetAfterEnd = true;
    else this.#sendReset(errorCode);
  }

  /** Ends both halves now, even when not everything written has been sent. */
  abandon(errorCode: number): void {
    if (this.#closed) return;
    this.#closeCode = errorCode;
    this.input.discard();
    // Both halves have ended: a peer that closes the connection now could take what is left to read along.
    if (this.#closed || (this.output.state === "ended" && this.input.state !== "open")) return;
    this.#sendReset(errorCode);
  }

  /** The peer has reset it. */
  receiveReset(errorCode: number): void {
    this.#closeCode = errorCode;
    this.#close(undefined, errorCode === ErrorCode.REFUSED_STREAM ? "unseen" : "seen");
  }

  /** The connection is lost, or the peer refuses the stream. */
  lose(error: Error, progress: StreamProgress = "seen"): void {
    this.#close(error, progress);
  }

  /** The transport has the last frames. */
  onTaken(): void {
    this.#notifyClosed(undefined);
  }

  onDrain(): void {
    if (this.#closed) return;
    try {
      this.#events?.onDrain();
    } catch (thrown) {
      this.reset(ErrorCode.INTERNAL_ERROR);
      throwLater(thrown);
    }
  }

  onOutputEnd(): void {
    if (this.#resetAfterEnd) {
      this.#sendReset(ErrorCode.NO_ERROR);
      return;
    }
    // Closed before it is removed: the connection may end with its last stream.
    if (this.input.state === "read") this.#closeWhenTaken();
    if (this.input.state !== "open") this.#context.remove(this);
  }

  onInputEnd(): void {
    if (this.output.state === "ended") this.#context.remove(this);
  }

  onInputRead(): void {
    if (this.output.state !== "ended" || this.#closed) return;
    this.#closed = true;
    this.input.close();
    this.#notifyClosed(undefined);
  }

  onListenerError(): void {
    this.reset(ErrorCode.INTERNAL_ERROR);
  }

  #sendReset(errorCode: number): void {
    this.#closeCode = errorCode;
    this.output.abandon();
    if (this.#id !== 0) this.#context.sendReset(this.#id, errorCode);
    this.#closeWhenTaken();
    this.#context.remove(this);
  }

  #closeWhenTaken(): void {
    this.#closed = true;
    this.input.close();
    this.#context.whenTaken(this);
  }

  #close(error: Error | undefined, progress: StreamProgress): void {
    if (this.#closed) return;
    this.#closed = true;
    this.output.abandon();
    this.input.close();
    this.#context.remove(this);
    this.#notifyClosed(error, progress);
  }

  #notifyClosed(lost: Error | undefined, progress: StreamProgress = "seen"): void {
    try {
      this.#events?.onClose(this.#closeCode, lost, progress);
    } catch (thrown) {
      throwLater(thrown);
    }
  }
}

/** An error of one listener must not keep the other streams from being notified. */
function throwLater(thrown: unknown): void {
  process.nextTick(() => {
    throw thrown;
  });
}
