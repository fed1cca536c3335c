import { once } from "node:events";
import { type ClientHttp2Session, type ClientHttp2Stream, connect } from "node:http2";
import type { Duplex } from "node:stream";
import { TLSSocket } from "node:tls";
import type { Trace } from "../run/trace.js";
import { Deframer, frame } from "./framing.js";
import { Status } from "./methods.js";

/** The end of a call. `status` is undefined when the connection or the stream broke first. */
export interface CallEnd {
  readonly status: number | undefined;
  readonly text: string;
}

/** gRPC on one connection, by hand: nothing is retried, and everything is in the trace. */
export class GrpcClient {
  readonly #session: ClientHttp2Session;
  readonly #authority: string;
  readonly #trace: Trace;
  #error: Error | undefined;

  /** @param authority what every call has as its `:authority`. */
  constructor(connection: Duplex, trace: Trace, authority = "localhost") {
    const scheme = connection instanceof TLSSocket ? "https" : "http";
    this.#authority = authority;
    this.#trace = trace;
    this.#session = connect(`${scheme}://localhost`, { createConnection: () => connection });
    this.#session.on("error", (error) => {
      this.#error = error;
      trace.say(`! connection: ${error.message}`);
    });
    this.#session.on("goaway", (code) => trace.say(`< GOAWAY ${code}`));
    connection.on("error", () => {});
  }

  get closed(): boolean {
    return this.#session.closed || this.#session.destroyed;
  }

  /** A unary call. It never throws: what came is in the result. */
  async call(path: string, message: Uint8Array, timeoutMs: number): Promise<CallEnd & { message: Buffer | undefined }> {
    const stream = this.open(path);
    stream.send(message);
    stream.endSending();
    const end = await stream.ended(timeoutMs);
    stream.cancel();
    return { ...end, message: stream.messages[0] };
  }

  open(path: string): GrpcStream {
    return new GrpcStream(path, this.#trace, () => {
      if (this.closed) throw this.#error ?? new Error("the connection is closed");
      return this.#session.request({
        ":method": "POST",
        ":path": path,
        ":authority": this.#authority,
        "content-type": "application/grpc",
        te: "trailers",
      });
    });
  }

  close(): void {
    this.#session.destroy();
  }
}

/** One call's stream. */
export class GrpcStream {
  readonly messages: Buffer[] = [];
  readonly #stream: ClientHttp2Stream | undefined;
  readonly #path: string;
  readonly #trace: Trace;
  readonly #ended: Promise<CallEnd>;
  #end: CallEnd | undefined;
  #wakes: (() => void)[] = [];

  constructor(path: string, trace: Trace, request: () => ClientHttp2Stream) {
    this.#path = path;
    this.#trace = trace;
    trace.say(`> call ${path}`);
    try {
      this.#stream = request();
      this.#ended = this.#follow(this.#stream);
    } catch (error) {
      this.#ended = Promise.resolve({ status: undefined, text: (error as Error).message });
    }
    void this.#ended.then((end) => {
      this.#end = end;
      trace.say(`< end of ${path}: ${describeEnd(end)}`);
      this.#wake();
    });
  }

  /** The stream's end; undefined while it is open. */
  get end(): CallEnd | undefined {
    return this.#end;
  }

  send(message: Uint8Array): void {
    this.#trace.say(`> ${this.#path}: ${message.length} bytes`);
    this.#stream?.write(frame(message));
  }

  endSending(): void {
    this.#stream?.end();
  }

  cancel(): void {
    this.#stream?.destroy();
  }

  ended(timeoutMs: number): Promise<CallEnd> {
    const text = `no answer within ${timeoutMs / 1000} s`;
    return Promise.race([this.#ended, after(timeoutMs, { status: undefined, text })]);
  }

  /** The first message for which `wanted` holds; undefined when the stream ends or time is up before. */
  async find(wanted: (message: Buffer) => boolean, timeoutMs: number): Promise<Buffer | undefined> {
    const late = after(timeoutMs, undefined);
    let over = false;
    void late.then(() => {
      over = true;
      this.#wake();
    });
    for (;;) {
      const found = this.messages.find(wanted);
      if (found || over || this.#end) return found;
      await new Promise<void>((resolve) => this.#wakes.push(resolve));
    }
  }

  #wake(): void {
    for (const wake of this.#wakes.splice(0)) wake();
  }

  async #follow(stream: ClientHttp2Stream): Promise<CallEnd> {
    const deframer = new Deframer();
    let error: Error | undefined;
    let status: string | undefined;
    let text: string | undefined;
    const take = (headers: NodeJS.Dict<string | string[]>) => {
      status = (headers["grpc-status"] as string | undefined) ?? status;
      text = (headers["grpc-message"] as string | undefined) ?? text;
    };
    stream.on("error", (cause) => {
      error = cause;
    });
    stream.on("response", (headers) => {
      this.#trace.say(`< headers of ${this.#path}: ${headers[":status"]}`);
      take(headers as NodeJS.Dict<string>);
    });
    stream.on("trailers", (headers) => take(headers as NodeJS.Dict<string>));
    stream.on("data", (chunk: Buffer) => {
      for (const message of deframer.push(chunk)) {
        this.#trace.say(`< ${this.#path}: ${message.length} bytes ${preview(message)}`);
        this.messages.push(Buffer.from(message));
        this.#wake();
      }
    });
    // A server that ends a stream which is open here leaves it half open.
    if (!stream.closed) await Promise.race([once(stream, "close"), once(stream, "end")]).catch(() => {});
    if (error && !stream.closed) await once(stream, "close").catch(() => {});
    if (status !== undefined) return { status: Number(status), text: text ? decodeURIComponent(text) : "" };
    return { status: undefined, text: error?.message ?? `the stream was reset with code ${stream.rstCode}` };
  }
}

const preview = (message: Buffer) => JSON.stringify(message.toString("latin1", 0, 60));

export function describeEnd({ status, text }: CallEnd): string {
  if (status === undefined) return text;
  const name = Object.entries(Status).find(([, code]) => code === status)?.[0];
  return `status ${status}${name ? ` (${name})` : ""}${text ? `: ${text}` : ""}`;
}

/** `value` after a while, which keeps no process alive. */
export function after<T>(timeoutMs: number, value: T): Promise<T> {
  return new Promise((resolve) => setTimeout(resolve, timeoutMs, value));
}
