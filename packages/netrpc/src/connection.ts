import type { Duplex } from "node:stream";
import {
  type AnyType,
  Decoder,
  Encoder,
  type Infer,
  type Input,
  type Limits,
  needMore,
  type Registry,
} from "@go-plugin/gob";

/** What both sides of a connection may set. */
export interface ConnectionOptions extends Partial<Limits> {
  /** The types that interface values may hold. Go: gob.Register */
  readonly registry?: Registry;
  /** Bytes of one message, and of all messages of one value. @default 1073741824, as Go on 32-bit machines */
  readonly maxMessageBytes?: number;
}

// What a peer only claims costs nothing.
const maxMessageBytes = 2 ** 30;

const flushBytes = 64 * 1024;

/** Tells a connection's owner what arrives on it. */
export interface ConnectionListener<H> {
  /** A header: what follows it is to be decoded or skipped, by the action that this returns. */
  onHeader(header: H): Body;
  /** Nothing more can be read: the other side has ended its half between two messages, or `error` says what it has sent instead. */
  onReadEnd(error?: Error): void;
  /** The last call: the connection is gone, and what broke it if something did. */
  onClose(error?: Error): void;
}

/** What to do with the value behind a header. */
export type Body =
  | { readonly type: AnyType; done(value: unknown): void; failed(error: Error): void }
  /** Steps over it. */
  | { readonly type?: undefined; done(): void };

/** Pairs of header and body in both directions: what client and server have in common. */
export class Connection<H extends AnyType> {
  readonly #encoder: Encoder;
  readonly #decoder: Decoder;
  readonly #pauseWhenFull: boolean;
  #flushing = false;
  #paused = false;
  /** The other side has ended its half; some of it may not have been read. */
  #complete = false;
  #body: Body | undefined;
  #state: "open" | "unreadable" | "closed" = "open";

  constructor(
    private readonly duplex: Duplex,
    private readonly header: H,
    private readonly listener: ConnectionListener<Infer<H>>,
    options: ConnectionOptions & {
      /** Reads nothing while what was sent has not been taken: a peer that does not read its replies gets no more of them. */
      readonly pauseWhenFull?: boolean;
    },
  ) {
    const { registry, maxDepth } = options;
    this.#encoder = new Encoder({ ...(registry && { registry }), ...(maxDepth !== undefined && { maxDepth }) });
    this.#decoder = new Decoder({ maxMessageBytes, ...options });
    this.#pauseWhenFull = options.pauseWhenFull ?? false;
    duplex.on("data", this.#onData).on("end", this.#onEnd).on("error", this.#onError).on("close", this.#onClose);
    // What has happened already is not told again.
    if (duplex.closed) process.nextTick(this.#onClose);
    else if (duplex.readableEnded) process.nextTick(this.#onEnd);
  }

  /** Sends a header and its body: both, or neither when one of them cannot be encoded. */
  send<O extends AnyType, B extends AnyType>(headerType: O, header: Input<O>, bodyType: B, body: Input<B>): void {
    try {
      this.#encoder.write(headerType, header).write(bodyType, body);
    } catch (error) {
      this.#encoder.discard();
      throw error;
    }
    this.#encoder.keep();
    // What one tick sends leaves in one write, unless it is much.
    if (this.#encoder.length >= flushBytes) this.#flush();
    else if (!this.#flushing) {
      this.#flushing = true;
      process.nextTick(this.#flush);
    }
  }

  /** Ends the connection after what was sent. */
  end(): void {
    this.#flush();
    this.duplex.end(() => this.duplex.destroy());
  }

  destroy(error?: Error): void {
    this.#finish(error);
    this.duplex.destroy();
  }

  readonly #flush = (): void => {
    this.#flushing = false;
    const parts = this.#encoder.takeParts();
    if (parts.length === 0 || this.duplex.destroyed) return;
    if (!this.duplex.writable) {
      this.destroy(new Error("nothing can be sent: this side has ended the stream"));
      return;
    }
    if (parts.length > 1) this.duplex.cork();
    for (const part of parts) this.duplex.write(part);
    if (parts.length > 1) this.duplex.uncork();
    if (this.#pauseWhenFull && this.duplex.writableNeedDrain && !this.#paused) {
      this.#paused = true;
      this.duplex.pause();
      this.duplex.once("drain", this.#onDrain);
    }
  };

  readonly #onDrain = (): void => {
    this.#paused = false;
    this.duplex.resume();
    this.#readAll();
  };

  readonly #onData = (chunk: Uint8Array): void => {
    if (this.#state !== "open") return;
    this.#decoder.push(chunk);
    this.#readAll();
  };

  readonly #onEnd = (): void => {
    this.#complete = true;
    this.#readAll();
  };

  #readAll(): void {
    try {
      while (this.#state === "open" && !this.#paused && this.#read());
      if (!this.#complete || this.#paused) return;
      this.#decoder.end();
      if (this.#body) throw new Error("unexpected EOF: the stream ended between a header and its body");
      this.#stopReading();
    } catch (error) {
      // The stream's framing is lost, or the headers' type is not net/rpc's.
      this.#stopReading(error as Error);
    }
  }

  #stopReading(error?: Error): void {
    if (this.#state !== "open") return;
    this.#state = "unreadable";
    this.listener.onReadEnd(error);
  }

  /** Reads one value; false when it has not arrived to its end. */
  #read(): boolean {
    const body = this.#body;
    if (!body) {
      const header = this.#decoder.decode(this.header);
      if (header === needMore) return false;
      this.#body = this.listener.onHeader(header as Infer<H>);
      return true;
    }
    if (!body.type) {
      if (!this.#decoder.skip()) return false;
      this.#body = undefined;
      body.done();
      return true;
    }
    let value: unknown;
    try {
      value = this.#decoder.decode(body.type);
    } catch (error) {
      this.#body = undefined;
      body.failed(error as Error);
      return true;
    }
    if (value === needMore) return false;
    this.#body = undefined;
    body.done(value);
    return true;
  }

  readonly #onError = (error: Error): void => this.#finish(error);
  readonly #onClose = (): void => this.#finish(this.duplex.errored ?? undefined);

  #finish(error: Error | undefined): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.listener.onClose(error);
  }
}
