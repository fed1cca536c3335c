import type { BatchWriter } from "@go-plugin/wire";
import type { HeaderRecord } from "../headers/header-list.js";
import { HpackEncoder } from "../hpack/encoder.js";
import { Flag, FrameType, frameHeaderBytes, writeFrameHeader, writeUint32 } from "./frame.js";
import type { PeerSettings } from "./peer-settings.js";

const pingPayload = Buffer.alloc(8);

/** Appends frames to the batch of one connection, within the peer's limits. */
export class FrameWriter {
  readonly #batch: BatchWriter;
  readonly #peer: PeerSettings;
  /** A server's headers are answers: while a client does not read them, it is not read either. */
  readonly #headersAreAnswers: boolean;
  readonly #encoder = new HpackEncoder();

  constructor(batch: BatchWriter, peer: PeerSettings, role: "client" | "server") {
    this.#batch = batch;
    this.#peer = peer;
    this.#headersAreAnswers = role === "server";
  }

  /** Begins the connection: a preface, which may be empty, and our settings. */
  opening(preface: Uint8Array, settings: readonly (readonly [id: number, value: number])[]): void {
    this.#batch.copy(preface);
    const payload = Buffer.alloc(6 * settings.length);
    let at = 0;
    for (const [id, value] of settings) {
      payload.writeUInt16BE(id, at);
      payload.writeUInt32BE(value, at + 2);
      at += 6;
    }
    this.#header(payload.length, FrameType.settings, 0, 0);
    this.#batch.copy(payload);
  }

  /** Applies the peer's SETTINGS_HEADER_TABLE_SIZE. */
  setMaxTableBytes(bytes: number): void {
    this.#encoder.setMaxTableBytes(bytes);
  }

  /** Writes a header block in as many frames as necessary. */
  headers(streamId: number, headers: HeaderRecord, endStream: boolean): void {
    const block = this.#encoder.encode(headers);
    const { maxFrameBytes } = this.#peer;
    const endFlag = endStream ? Flag.endStream : 0;
    if (block.length <= maxFrameBytes) {
      this.#header(block.length, FrameType.headers, endFlag | Flag.endHeaders, streamId);
      this.#batch.copy(block);
    } else {
      for (let from = 0; from < block.length; from += maxFrameBytes) {
        const part = block.subarray(from, from + maxFrameBytes);
        const type = from === 0 ? FrameType.headers : FrameType.continuation;
        const end = from + part.length === block.length ? Flag.endHeaders : 0;
        this.#header(part.length, type, (from === 0 ? endFlag : 0) | end, streamId);
        this.#batch.copy(part);
      }
    }
    if (this.#headersAreAnswers) this.#batch.answered(frameHeaderBytes + block.length);
  }

  /** Writes one DATA frame. Its bytes must not change afterwards. */
  data(streamId: number, payload: Uint8Array, endStream: boolean): void {
    this.#header(payload.length, FrameType.data, endStream ? Flag.endStream : 0, streamId);
    this.#batch.append(payload);
  }

  /** Ends a stream without trailers. */
  end(streamId: number): void {
    this.#header(0, FrameType.data, Flag.endStream, streamId);
  }

  reset(streamId: number, errorCode: number): void {
    this.#frameOfUint32(FrameType.rstStream, streamId, errorCode);
  }

  /** The peer broke a rule on a stream, which is reset. The reset counts as an answer. */
  refuse(): void {
    this.#batch.answered(frameHeaderBytes + 4);
  }

  windowUpdate(streamId: number, bytes: number): void {
    this.#frameOfUint32(FrameType.windowUpdate, streamId, bytes);
  }

  goAway(lastStreamId: number, errorCode: number, debugData: string): void {
    const payload = Buffer.alloc(8 + Buffer.byteLength(debugData));
    payload.writeUInt32BE(lastStreamId, 0);
    payload.writeUInt32BE(errorCode, 4);
    payload.write(debugData, 8);
    this.#header(payload.length, FrameType.goAway, 0, 0);
    this.#batch.copy(payload);
  }

  ping(): void {
    this.#header(pingPayload.length, FrameType.ping, 0, 0);
    this.#batch.copy(pingPayload);
  }

  acknowledgeSettings(): void {
    this.#header(0, FrameType.settings, Flag.ack, 0);
    this.#batch.answered(frameHeaderBytes);
  }

  acknowledgePing(payload: Uint8Array): void {
    this.#header(payload.length, FrameType.ping, Flag.ack, 0);
    this.#batch.copy(payload);
    this.#batch.answered(frameHeaderBytes + payload.length);
  }

  #header(length: number, type: number, flags: number, streamId: number): void {
    const at = this.#batch.reserve(frameHeaderBytes);
    writeFrameHeader(this.#batch.slab, at, length, type, flags, streamId);
  }

  #frameOfUint32(type: number, streamId: number, value: number): void {
    const at = this.#batch.reserve(frameHeaderBytes + 4);
    writeFrameHeader(this.#batch.slab, at, 4, type, 0, streamId);
    writeUint32(this.#batch.slab, at + frameHeaderBytes, value);
  }
}
