import type { BatchSource, BatchWriter } from "@go-plugin/wire";
import { SendWindow, type StreamSendWindow } from "./flow-control.js";
import type { FrameWriter } from "./frame-writer.js";
import type { PeerSettings } from "./peer-settings.js";

/** A stream's data that waits to be sent. */
export interface DataSource {
  readonly window: StreamSendWindow;
  readonly hasPending: boolean;
  /** Sends as much as there is room for. */
  pump(): void;
}

/** A stream that ends once the transport has its last frames. */
export interface Closing {
  onTaken(): void;
}

/** Shares the connection's window and the room in its batch among the streams with data, in turns. */
export class DataScheduler implements BatchSource {
  readonly window: SendWindow = new SendWindow();
  readonly #batch: BatchWriter;
  readonly #frames: FrameWriter;
  readonly #peer: PeerSettings;
  /** Sources that wait for the transport or for the connection's window. */
  readonly #ready = new Set<DataSource>();
  /** Sources whose own window is closed. */
  readonly #blocked = new Set<DataSource>();
  #blockedMayBeReady = false;
  #closing: Closing[] = [];

  constructor(batch: BatchWriter, frames: FrameWriter, peer: PeerSettings) {
    this.#batch = batch;
    this.#frames = frames;
    this.#peer = peer;
  }

  get waiting(): number {
    return this.#ready.size + this.#blocked.size;
  }

  get closing(): number {
    return this.#closing.length;
  }

  /** Sends as much as the windows and the transport allow now, and returns the number of bytes. */
  send(streamId: number, window: StreamSendWindow, chunk: Uint8Array, endStream: boolean): number {
    let sent = 0;
    while (sent < chunk.length && this.#batch.writable) {
      const left = chunk.length - sent;
      const size = Math.min(left, this.#peer.maxFrameBytes, this.window.left, window.left);
      if (size <= 0) break;
      const payload = size === chunk.length ? chunk : chunk.subarray(sent, sent + size);
      this.#frames.data(streamId, payload, endStream && size === left);
      window.spend(size);
      this.window.spend(size);
      sent += size;
    }
    return sent;
  }

  /** Adds a source whose data could not be sent yet. */
  add(source: DataSource): void {
    if (source.window.left <= 0) {
      this.#ready.delete(source);
      this.#blocked.add(source);
      return;
    }
    this.#blocked.delete(source);
    this.#ready.add(source);
    if (this.window.left > 0) this.#batch.schedule();
  }

  delete(source: DataSource): void {
    this.#ready.delete(source);
    this.#blocked.delete(source);
  }

  /** The peer has widened the connection's window. @throws {Http2Error} when it exceeds the maximum. */
  widen(bytes: number): void {
    this.window.widen(bytes);
    if (this.#ready.size > 0) this.#batch.schedule();
  }

  /** The peer has widened every stream's window. All such changes in one turn are handled together. */
  onStreamWindowsWidened(): void {
    if (this.#blocked.size === 0) return;
    this.#blockedMayBeReady = true;
    this.#batch.schedule();
  }

  /** Calls `onTaken` when the transport has everything sent so far. */
  whenTaken(stream: Closing): void {
    this.#closing.push(stream);
    this.#batch.schedule();
  }

  onRoom(): void {
    if (this.#blockedMayBeReady) this.#unblock();
    for (const source of this.#ready) {
      if (!this.#batch.writable || this.window.left <= 0) return;
      this.#ready.delete(source);
      source.pump();
      // Behind the others.
      if (source.hasPending) this.add(source);
    }
  }

  onTaken(): void {
    while (this.#closing.length > 0) {
      const closing = this.#closing;
      this.#closing = [];
      for (const stream of closing) stream.onTaken();
    }
    // The transport has taken a whole batch and accepts more, so no drain will come.
    if (this.#ready.size > 0 && this.window.left > 0) this.#batch.schedule();
  }

  #unblock(): void {
    this.#blockedMayBeReady = false;
    for (const source of this.#blocked) if (source.window.left > 0) this.add(source);
  }
}
