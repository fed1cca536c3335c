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

/** Options of either side of a connection. */
export interface RpcConnectionOptions extends Partial<Limits> {
  /** The types that interface values may hold. Go: gob.Register. @default the types that Go registers itself */
  readonly registry?: Registry;
  /** Most bytes of one message, and of all messages of one value. @default 1073741824, Go's limit on 32-bit machines. */
  readonly maxMessageBytes?: number;
}

// A length that a peer claims takes no memory before the bytes arrive.
const maxMessageBytes = 2 ** 30;

const flushBytes = 64 * 1024;

/** The owner of a codec. */
export interface CodecListener<H> {
  /** A header has arrived. Returns the treatment of the body behind it. */
  onHeader(header: H): Body;
  /** Nothing more can be read. Without `error`, the peer ended its half between two messages. */
  onReadEnd(error?: Error): void;
  /** The connection is gone. No other call follows. */
  onClose(error?: Error): void;
}

/** The treatment of the body behind a header: decoded as `type`, or skipped. */
export type Body =
  | { readonly type: AnyType; done(value: unknown): void; failed(error: Error): void }
  | { readonly type?: undefined; done(): void };

/** Reads and writes pairs of header and body; client and server share it. Go: rpc.ClientCodec and rpc.ServerCodec. */
export class Codec<H extends AnyType> {
  readonly #duplex: Duplex;
  readonly #header: H;
  readonly #listener: CodecListener<Infer<H>>;
  readonly #encoder: Encoder;
  readonly #decoder: Decoder;
  readonly #pauseWhenFull: boolean;
  #flushing = false;
  /** The write buffer is full. */
  #paused = false;
  /** The owner has asked for a pause. */
  #held = false;
  /** The peer has ended its half; buffered input may still be unread. */
  #complete = false;
  #body: Body | undefined;
  #state: "open" | "unreadable" | "closed" = "open";

  constructor(
    duplex: Duplex,
    header: H,
    listener: CodecListener<Infer<H>>,
    options: RpcConnectionOptions & {
      /**
       * Stops reading while the write buffer is full: a peer that does not read its replies cannot make more requests.
       */
      readonly pauseWhenFull?: boolean;
    },
  ) {
    this.#duplex = duplex;
    this.#header = header;
    this.#listener = listener;
    const { registry, maxDepth } = options;
    this.#encoder = new Encoder({ ...(registry && { registry }), ...(maxDepth !== undefined && { maxDepth }) });
    this.#decoder = new Decoder({ maxMessageBytes, ...options });
    this.#pauseWhenFull = options.pauseWhenFull ?? false;
    duplex.on("data", this.#onData).on("end", this.#onEnd).on("error", this.#onError).on("close", this.#onClose);
    // A stream emits these events only once, and may have done so already.
    if (duplex.closed) process.nextTick(this.#onClose);
    else if (duplex.readableEnded) process.nextTick(this.#onEnd);
  }

  /** Sends a header and its body. If either cannot be encoded, throws and sends neither. */
  send<O extends AnyType, B extends AnyType>(headerType: O, header: Input<O>, bodyType: B, body: Input<B>): void {
    try {
      this.#encoder.write(headerType, header).write(bodyType, body);
    } catch (error) {
      this.#encoder.discard();
      throw error;
    }
    this.#encoder.keep();
    // Everything sent in one tick leaves in one write, up to flushBytes.
    if (this.#encoder.length >= flushBytes) this.#flush();
    else if (!this.#flushing) {
      this.#flushing = true;
      process.nextTick(this.#flush);
    }
  }

  /** Stops reading until {@link release}. */
  hold(): void {
    if (this.#held) return;
    this.#held = true;
    this.#duplex.pause();
  }

  /** Continues reading after {@link hold}. */
  release(): void {
    if (!this.#held) return;
    this.#held = false;
    if (this.#paused) return;
    this.#duplex.resume();
    process.nextTick(this.#readOn);
  }

  /** Flushes, then ends the connection. */
  end(): void {
    this.#flush();
    this.#duplex.end(() => this.#duplex.destroy());
  }

  destroy(error?: Error): void {
    this.#finish(error);
    this.#duplex.destroy();
  }

  readonly #flush = (): void => {
    this.#flushing = false;
    const parts = this.#encoder.takeParts();
    if (parts.length === 0 || this.#duplex.destroyed) return;
    if (!this.#duplex.writable) {
      this.destroy(new Error("cannot send: this side has already ended the stream"));
      return;
    }
    if (parts.length > 1) this.#duplex.cork();
    for (const part of parts) this.#duplex.write(part);
    if (parts.length > 1) this.#duplex.uncork();
    if (this.#pauseWhenFull && this.#duplex.writableNeedDrain && !this.#paused) {
      this.#paused = true;
      this.#duplex.pause();
      this.#duplex.once("drain", this.#onDrain);
    }
  };

  readonly #onDrain = (): void => {
    this.#paused = false;
    if (this.#held) return;
    this.#duplex.resume();
    this.#readAll();
  };

  readonly #readOn = (): void => {
    if (!this.#held && !this.#paused) this.#readAll();
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
      while (this.#state === "open" && !this.#paused && !this.#held && this.#read());
      if (!this.#complete || this.#paused || this.#held) return;
      this.#decoder.end();
      if (this.#body) throw new Error("unexpected EOF: the stream ended between a header and its body");
      this.#stopReading();
    } catch (error) {
      // The framing is lost, or the header is not net/rpc's: nothing after it can be understood.
      this.#stopReading(error as Error);
    }
  }

  #stopReading(error?: Error): void {
    if (this.#state !== "open") return;
    this.#state = "unreadable";
    this.#listener.onReadEnd(error);
  }

  /** Reads one value. False if it has not arrived completely. */
  #read(): boolean {
    const body = this.#body;
    if (!body) {
      const header = this.#decoder.decode(this.#header);
      if (header === needMore) return false;
      this.#body = this.#listener.onHeader(header as Infer<H>);
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
  readonly #onClose = (): void => this.#finish(this.#duplex.errored ?? undefined);

  #finish(error: Error | undefined): void {
    if (this.#state === "closed") return;
    this.#state = "closed";
    this.#listener.onClose(error);
  }
}
