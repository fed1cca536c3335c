import { Duplex } from "node:stream";
import type { HeaderRecord, RawHeaders } from "../headers/header-list.js";
import { HpackDecoder } from "../hpack/decoder.js";
import type { ClientStream, ClientStreamEvents } from "./client-stream.js";
import { ClientTransport } from "./client-transport.js";
import { Flag, FrameType, frameHeaderBytes, preface, writeFrameHeader, writeUint32 } from "./frame.js";
import type { ServerStream } from "./server-stream.js";
import { ServerTransport } from "./server-transport.js";
import type { Http2Settings } from "./settings.js";
import type { StreamProgress } from "./stream.js";
import type { DataListener } from "./stream-input.js";

/** Test support for HTTP/2: a peer whose every frame is written by hand. */

const empty = Buffer.alloc(0);

export function frame(type: number, flags: number, streamId: number, payload: Uint8Array = empty): Buffer {
  const bytes = Buffer.alloc(frameHeaderBytes + payload.length);
  writeFrameHeader(bytes, 0, payload.length, type, flags, streamId);
  bytes.set(payload, frameHeaderBytes);
  return bytes;
}

export function uint32(...values: number[]): Buffer {
  const bytes = Buffer.alloc(4 * values.length);
  for (const [index, value] of values.entries()) writeUint32(bytes, 4 * index, value);
  return bytes;
}

export function settings(...pairs: (readonly [id: number, value: number])[]): Buffer {
  const entries = pairs.map(([id, value]) => Buffer.concat([Buffer.from([id >>> 8, id]), uint32(value)]));
  return frame(FrameType.settings, 0, 0, Buffer.concat(entries));
}

export function data(streamId: number, payload: Uint8Array | string = empty, flags = 0): Buffer {
  return frame(FrameType.data, flags, streamId, Buffer.from(payload as Uint8Array));
}

export function headers(streamId: number, fields: HeaderRecord | Uint8Array, flags: number = Flag.endHeaders): Buffer {
  return frame(FrameType.headers, flags, streamId, fields instanceof Uint8Array ? fields : literals(fields));
}

function literals(fields: HeaderRecord): Buffer {
  const string = (text: string | number) => {
    const bytes = Buffer.from(String(text), "latin1");
    if (bytes.length < 0x7f) return Buffer.concat([Buffer.from([bytes.length]), bytes]);
    const rest: number[] = [];
    let left = bytes.length - 0x7f;
    for (; left >= 0x80; left >>>= 7) rest.push(0x80 | (left & 0x7f));
    return Buffer.concat([Buffer.from([0x7f, ...rest, left]), bytes]);
  };
  const all = Object.entries(fields).flatMap(([name, values]) =>
    (Array.isArray(values) ? values : [values]).map((value) => [Buffer.from([0]), string(name), string(value)]),
  );
  return Buffer.concat(all.flat());
}

export function windowUpdate(streamId: number, bytes: number): Buffer {
  return frame(FrameType.windowUpdate, 0, streamId, uint32(bytes));
}

export function rstStream(streamId: number, errorCode = 8): Buffer {
  return frame(FrameType.rstStream, 0, streamId, uint32(errorCode));
}

export function goAway(lastStreamId: number, errorCode = 0, debugData = ""): Buffer {
  return frame(FrameType.goAway, 0, 0, Buffer.concat([uint32(lastStreamId, errorCode), Buffer.from(debugData)]));
}

export const ping: Buffer = frame(FrameType.ping, 0, 0, Buffer.alloc(8));
export const end: number = Flag.endStream;
export const endHeaders: number = Flag.endHeaders;

export const requestFields: HeaderRecord = { ":method": "POST", ":scheme": "http", ":path": "/a/b" };
export const responseFields: HeaderRecord = { ":status": 200, "content-type": "application/grpc" };
export const smallSettings: Http2Settings = { windowBytes: 65_535, maxHeaderListBytes: 16_384 };

/** A frame that a connection has sent. */
export interface SentFrame {
  readonly type: number;
  readonly flags: number;
  readonly streamId: number;
  readonly payload: Buffer;
}

/** One end of a connection; the test is the other end. `push` delivers the peer's bytes. */
export class Wire extends Duplex {
  /** Bytes that the connection wrote. */
  bytesWritten = 0;
  readonly frames: SentFrame[] = [];
  /** As every real peer does. */
  answersPings = true;
  #prefaceLeft: number;
  /** Bytes of an incomplete frame. */
  #rest: Buffer = empty;
  #blocked = false;
  #onUnblocked: (() => void) | undefined;

  constructor(ofClient: boolean, highWaterMark = 16_384) {
    super({ highWaterMark });
    this.#prefaceLeft = ofClient ? preface.length : 0;
  }

  /** The peer stops reading. */
  block(): void {
    this.#blocked = true;
  }

  unblock(): void {
    this.#blocked = false;
    const go = this.#onUnblocked;
    this.#onUnblocked = undefined;
    go?.();
  }

  /** The sent frames of one type. */
  sent(type: number, streamId?: number): SentFrame[] {
    return this.frames.filter((frame) => frame.type === type && (streamId ?? frame.streamId) === frame.streamId);
  }

  /** The code of the RST_STREAM of a stream. */
  resetCode(streamId: number): number | undefined {
    return this.sent(FrameType.rstStream, streamId)[0]?.payload.readUInt32BE(0);
  }

  goneAway(): { lastStreamId: number; code: number; text: string } | undefined {
    const payload = this.sent(FrameType.goAway).at(-1)?.payload;
    if (payload === undefined) return undefined;
    return { lastStreamId: payload.readUInt32BE(0), code: payload.readUInt32BE(4), text: payload.toString("utf8", 8) };
  }

  /** The bytes of DATA of a stream. */
  body(streamId: number): Buffer {
    return Buffer.concat(this.sent(FrameType.data, streamId).map(({ payload }) => payload));
  }

  ended(streamId: number): boolean {
    const last = this.frames.filter((frame) => frame.streamId === streamId && frame.type <= FrameType.headers).at(-1);
    return last !== undefined && (last.flags & Flag.endStream) !== 0;
  }

  /** Delivers the peer's frames, and waits some turns for the answers. */
  async say(...frames: Uint8Array[]): Promise<void> {
    this.push(Buffer.concat(frames));
    await turns();
  }

  override _read(): void {}

  override _write(chunk: Buffer, _encoding: string, done: (error?: Error | null) => void): void {
    this.bytesWritten += chunk.length;
    const skipped = Math.min(this.#prefaceLeft, chunk.length);
    this.#prefaceLeft -= skipped;
    this.#readFrames(chunk.subarray(skipped));
    if (this.#blocked) this.#onUnblocked = done;
    else done();
  }

  #answer(bytes: Buffer): void {
    setImmediate(() => {
      if (!this.destroyed && !this.readableEnded) this.push(bytes);
    });
  }

  #readFrames(chunk: Buffer): void {
    let bytes = Buffer.concat([this.#rest, chunk]);
    while (bytes.length >= frameHeaderBytes) {
      const end = frameHeaderBytes + bytes.readUIntBE(0, 3);
      if (bytes.length < end) break;
      const [type, flags, streamId] = [bytes[3]!, bytes[4]!, bytes.readUInt32BE(5)];
      const payload = bytes.subarray(frameHeaderBytes, end);
      this.frames.push({ type, flags, streamId, payload });
      if (type === FrameType.ping && flags === 0 && this.answersPings) this.#answer(frame(type, 1, 0, payload));
      bytes = bytes.subarray(end);
    }
    this.#rest = bytes;
  }
}

/** Waits some turns of the event loop, in which everything that can happen without input happens. */
export async function turns(): Promise<void> {
  for (let turn = 0; turn < 4; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** The events of a stream. It throws for an unexpected event. */
export type AnyStreamEvents = ClientStreamEvents & DataListener;

/** Records the events of a stream. It throws for an unexpected event. */
export class Recorder implements AnyStreamEvents {
  readonly log: string[] = [];
  readonly chunks: Buffer[] = [];
  headers: RawHeaders | undefined;
  trailers: RawHeaders | undefined;
  closed: { readonly code: number; readonly lost: Error | undefined } | undefined;
  progress: StreamProgress | undefined;

  readonly #on: Partial<AnyStreamEvents>;

  constructor(on: Partial<AnyStreamEvents> = {}) {
    this.#on = on;
  }

  get body(): Buffer {
    return Buffer.concat(this.chunks);
  }

  onHeaders(headers: RawHeaders, endStream: boolean): void {
    this.#note("headers");
    this.headers = headers;
    this.#on.onHeaders?.(headers, endStream);
  }

  onData(chunk: Buffer): void {
    this.#note("data");
    this.chunks.push(chunk);
    this.#on.onData?.(chunk);
  }

  onTrailers(headers: RawHeaders): void {
    this.#note("trailers");
    this.trailers = headers;
    this.#on.onTrailers?.(headers);
  }

  onEnd(): void {
    this.#note("end");
    this.#on.onEnd?.();
  }

  onDrain(): void {
    this.#note("drain");
    this.#on.onDrain?.();
  }

  onClose(errorCode: number, lost: Error | undefined, progress: StreamProgress): void {
    this.#note("close");
    this.progress = progress;
    this.closed = { code: errorCode, lost };
    this.#on.onClose?.(errorCode, lost, progress);
  }

  #note(event: string): void {
    if (this.closed !== undefined) throw new Error(`${event} after close`);
    if (event === "end" && this.log.includes("end")) throw new Error("a second end");
    this.log.push(event);
  }
}

/** The resources that a connection still holds. */
export function leftIn(transport: ClientTransport | ServerTransport): Record<string, number> {
  const { streams, scheduler, receiveWindow } = transport.connection;
  return {
    streams: streams.size,
    waiting: scheduler.waiting,
    closing: scheduler.closing,
    queue: transport instanceof ClientTransport ? transport.queued : 0,
    unreadBytes: receiveWindow.unreadBytes,
  };
}

export const nothingLeft = { streams: 0, waiting: 0, closing: 0, queue: 0, unreadBytes: 0 };

/** A client's connection to a scripted server. */
export class ClientOnWire {
  readonly events: string[] = [];
  error: Error | undefined;
  readonly connection: ClientTransport;
  readonly #hpack = new HpackDecoder(1 << 20);

  constructor(
    settings: Partial<Http2Settings> = {},
    readonly wire: Wire = new Wire(true),
  ) {
    this.connection = new ClientTransport(
      wire,
      { ...smallSettings, ...settings },
      {
        onReady: () => this.events.push("ready"),
        onDraining: () => this.events.push("draining"),
        onClose: (error) => {
          this.events.push("close");
          this.error = error;
        },
      },
    );
  }

  request(on: Partial<AnyStreamEvents> = {}): {
    recorder: Recorder;
    stream: ClientStream;
  } {
    const recorder = new Recorder(on);
    const stream = this.connection.request(requestFields, recorder);
    stream.input.read(recorder);
    return { recorder, stream };
  }

  /** Decodes a header block that it sent. */
  decode(payload: Buffer): RawHeaders {
    return this.#hpack.decode(payload, 0, payload.length)!;
  }
}

/** A server's connection to a scripted client that has sent its preface and its settings. */
export class ServerOnWire {
  readonly streams: { stream: ServerStream; recorder: Recorder; headers: RawHeaders }[] = [];
  closed = 0;
  readonly connection: ServerTransport;

  constructor(
    settings: Partial<Http2Settings> = {},
    on: (stream: ServerStream) => Partial<AnyStreamEvents> = () => ({}),
    readonly wire: Wire = new Wire(false),
  ) {
    this.connection = new ServerTransport(
      wire,
      { ...smallSettings, ...settings },
      {
        onStream: (stream, headers) => {
          const recorder = new Recorder(on(stream));
          this.streams.push({ stream, recorder, headers });
          stream.listen(recorder);
          stream.input.read(recorder);
        },
        onClose: () => {
          this.closed++;
        },
      },
    );
  }

  async hello(...pairs: (readonly [number, number])[]): Promise<this> {
    await this.wire.say(Buffer.from(preface), settings(...pairs));
    return this;
  }
}
