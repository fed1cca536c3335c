import type { HeaderRecord } from "../headers/metadata.js";
import { HpackEncoder } from "../hpack/encoder.js";
import { Flag, FrameType, frameHeaderBytes } from "./frame.js";
import type { Output } from "./output.js";
import type { PeerSettings } from "./peer-settings.js";

/** Appends frames to the output of one connection, as its peer takes them. */
export class FrameWriter {
  readonly #encoder = new HpackEncoder();

  readonly #output: Output;
  readonly #peer: PeerSettings;

  constructor(output: Output, peer: PeerSettings) {
    this.#output = output;
    this.#peer = peer;
  }

  /** What a connection begins with: a preface, which may be empty, and our settings. */
  opening(preface: Uint8Array, settings: readonly (readonly [id: number, value: number])[]): void {
    const output = this.#output;
    output.copy(preface);
    output.header(6 * settings.length, FrameType.settings, 0, 0);
    for (const [id, value] of settings) {
      output.uint16(id);
      output.uint32(value);
    }
  }

  /** Takes the peer's SETTINGS_HEADER_TABLE_SIZE. */
  setMaxTableBytes(bytes: number): void {
    this.#encoder.setMaxTableBytes(bytes);
  }

  /** A header block in as many frames as it takes. Says how many bytes it has. */
  headers(streamId: number, headers: HeaderRecord, endStream: boolean): number {
    const output = this.#output;
    const block = this.#encoder.encode(headers);
    const { maxFrameBytes } = this.#peer;
    const endFlag = endStream ? Flag.endStream : 0;
    if (block.length <= maxFrameBytes) {
      output.header(block.length, FrameType.headers, endFlag | Flag.endHeaders, streamId);
      output.copy(block);
      return block.length;
    }
    for (let from = 0; from < block.length; from += maxFrameBytes) {
      const part = block.subarray(from, from + maxFrameBytes);
      const type = from === 0 ? FrameType.headers : FrameType.continuation;
      const end = from + part.length === block.length ? Flag.endHeaders : 0;
      output.header(part.length, type, (from === 0 ? endFlag : 0) | end, streamId);
      output.copy(part);
    }
    return block.length;
  }

  /** One frame of bytes that must not change any more. */
  data(streamId: number, payload: Uint8Array, endStream: boolean): void {
    this.#output.header(payload.length, FrameType.data, endStream ? Flag.endStream : 0, streamId);
    this.#output.payload(payload);
  }

  /** Ends a stream without trailers. */
  end(streamId: number): void {
    this.#output.header(0, FrameType.data, Flag.endStream, streamId);
  }

  reset(streamId: number, errorCode: number): void {
    this.#output.header(4, FrameType.rstStream, 0, streamId);
    this.#output.uint32(errorCode);
  }

  windowUpdate(streamId: number, bytes: number): void {
    this.#output.header(4, FrameType.windowUpdate, 0, streamId);
    this.#output.uint32(bytes);
  }

  goAway(lastStreamId: number, errorCode: number, debugData: string): void {
    const data = Buffer.from(debugData);
    this.#output.header(8 + data.length, FrameType.goAway, 0, 0);
    this.#output.uint32(lastStreamId);
    this.#output.uint32(errorCode);
    this.#output.copy(data);
  }

  /** The peer's settings are in force. */
  acknowledgeSettings(): void {
    this.#output.header(0, FrameType.settings, Flag.ack, 0);
    this.#output.answered(frameHeaderBytes);
  }

  /** Sends the payload of the peer's PING back. */
  acknowledgePing(payload: Uint8Array): void {
    this.#output.header(payload.length, FrameType.ping, Flag.ack, 0);
    this.#output.copy(payload);
    this.#output.answered(frameHeaderBytes + payload.length);
  }
}
