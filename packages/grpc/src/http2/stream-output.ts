import type { HeaderRecord } from "../headers/header-list.js";
import type { DataScheduler, DataSource } from "./data-scheduler.js";
import { StreamSendWindow } from "./flow-control.js";
import type { FrameWriter } from "./frame-writer.js";
import type { PeerSettings } from "./peer-settings.js";

/** The writer should wait while more than this is queued for the peer or the transport. */
const highWaterBytes = 64 * 1024;

/** Events of an output. */
export interface OutputOwner {
  /** There is room again after `write` returned false. */
  onDrain(): void;
  /** The end of this half is in the batch. */
  onOutputEnd(): void;
}

/** The parts of the connection that outputs use. */
export interface OutputContext {
  readonly frames: FrameWriter;
  readonly peer: PeerSettings;
  readonly scheduler: DataScheduler;
}

/** The half of a stream that this side sends. */
export class StreamOutput implements DataSource {
  readonly window: StreamSendWindow;
  readonly #context: OutputContext;
  readonly #owner: OutputOwner;
  /** 0 while the stream waits until the peer allows another one. */
  #streamId = 0;
  /** `ending`: the end waits behind data. */
  #state: "open" | "ending" | "ended" = "open";
  #pending: Uint8Array[] | undefined;
  #pendingBytes = 0;
  #trailers: HeaderRecord | undefined;
  #wantsDrain = false;

  constructor(context: OutputContext, owner: OutputOwner) {
    this.#context = context;
    this.#owner = owner;
    this.window = new StreamSendWindow(context.peer);
  }

  get state(): "open" | "ending" | "ended" {
    return this.#state;
  }

  get hasPending(): boolean {
    return this.#pendingBytes > 0;
  }

  /** Sends headers at once; they do not count against the window. */
  headers(headers: HeaderRecord): void {
    if (this.#state === "open") this.#context.frames.headers(this.#streamId, headers, false);
  }

  /** Sends buffers, which must not change afterwards. When it returns false, wait for `onDrain`. */
  write(chunks: readonly Uint8Array[]): boolean {
    if (this.#state !== "open") return true;
    for (const chunk of chunks) this.#send(chunk);
    if (this.#pendingBytes < highWaterBytes) return true;
    this.#wantsDrain = true;
    return false;
  }

  /** Sends the last buffers, then trailers if there are any. */
  end(chunks: readonly Uint8Array[], trailers?: HeaderRecord): void {
    if (this.#state !== "open") return;
    this.#trailers = trailers;
    const last = chunks.length - 1;
    for (let i = 0; i < last; i++) this.#send(chunks[i]!);
    this.#state = "ending";
    if (last >= 0) this.#send(chunks[last]!);
    if (this.#pendingBytes === 0 && this.#streamId !== 0) this.#finish();
  }

  /** The stream has its id: sends what waits. */
  start(streamId: number): void {
    this.#streamId = streamId;
    if (this.#pendingBytes === 0) {
      this.#finish();
      return;
    }
    this.pump();
    this.#awaitRoom();
  }

  /** Discards what waits. Nothing more is sent. */
  abandon(): void {
    this.#pending = undefined;
    this.#pendingBytes = 0;
    this.#state = "ended";
    this.#context.scheduler.delete(this);
  }

  /** The peer has widened the window. Returns false when it exceeds the maximum. */
  widen(bytes: number): boolean {
    if (!this.window.widen(bytes)) return false;
    this.#awaitRoom();
    return true;
  }

  pump(): void {
    const pending = this.#pending;
    if (pending === undefined) return;
    let next = 0;
    while (next < pending.length) {
      const chunk = pending[next]!;
      const sent = this.#transmit(chunk, next === pending.length - 1);
      this.#pendingBytes -= sent;
      if (sent < chunk.length) {
        pending[next] = chunk.subarray(sent);
        break;
      }
      next++;
    }
    if (next === pending.length) this.#pending = undefined;
    else if (next > 0) pending.splice(0, next);
    if (this.#pendingBytes === 0) this.#finish();
    if (!this.#wantsDrain || this.#pendingBytes >= highWaterBytes) return;
    this.#wantsDrain = false;
    this.#owner.onDrain();
  }

  #send(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    let rest = chunk;
    if (this.#pending === undefined) {
      const sent = this.#transmit(chunk, this.#state === "ending");
      if (sent === chunk.length) return;
      if (sent > 0) rest = chunk.subarray(sent);
      this.#pending = [];
    }
    this.#pending.push(rest);
    this.#pendingBytes += rest.length;
    this.#awaitRoom();
  }

  #transmit(chunk: Uint8Array, last: boolean): number {
    if (this.#streamId === 0) return 0;
    const endStream = last && this.#state === "ending" && this.#trailers === undefined;
    const sent = this.#context.scheduler.send(this.#streamId, this.window, chunk, endStream);
    if (endStream && sent === chunk.length) this.#ended();
    return sent;
  }

  #awaitRoom(): void {
    if (this.#pendingBytes > 0 && this.#streamId !== 0) this.#context.scheduler.add(this);
  }

  #finish(): void {
    // The last data may have included the end.
    if (this.#state !== "ending") return;
    const { frames } = this.#context;
    if (this.#trailers === undefined) frames.end(this.#streamId);
    else frames.headers(this.#streamId, this.#trailers, true);
    this.#ended();
  }

  #ended(): void {
    this.#state = "ended";
    this.#owner.onOutputEnd();
  }
}
