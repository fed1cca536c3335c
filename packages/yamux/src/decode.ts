import { ProtocolError } from "./errors.js";
import { type FrameHeader, FrameType, headerBytes, protocolVersion } from "./frame.js";

/** Receives the output of a `Decoder`, in the order of the bytes. */
export interface FrameSink {
  /** A whole header. If it is a data frame with a length above 0, `payload` follows until it is complete. */
  header(type: FrameType, flags: number, streamId: number, length: number): void;
  /** The next bytes of the current data frame: a view of the chunk, not a copy. `last` marks the final ones. */
  payload(bytes: Uint8Array, last: boolean): void;
}

/** Turns chunks, cut anywhere, into headers and payload pieces. It holds back at most one partial header. */
export class Decoder {
  readonly #sink: FrameSink;
  readonly #partial = new Uint8Array(headerBytes);
  #partialLength = 0;
  #remaining = 0;

  constructor(sink: FrameSink) {
    this.#sink = sink;
  }

  /** True while a frame is incomplete: if the input ends now, something was cut off. */
  get midFrame(): boolean {
    return this.#partialLength > 0 || this.#remaining > 0;
  }

  /**
   * Decodes the next chunk.
   *
   * @throws {ProtocolError} for an unknown version or type, and whatever the sink throws; the decoder is of no use after.
   */
  push(chunk: Uint8Array): void {
    let offset = 0;
    while (offset < chunk.length) {
      if (this.#remaining > 0) {
        const end = Math.min(chunk.length, offset + this.#remaining);
        this.#remaining -= end - offset;
        const bytes = offset === 0 && end === chunk.length ? chunk : chunk.subarray(offset, end);
        offset = end;
        this.#sink.payload(bytes, this.#remaining === 0);
      } else if (this.#partialLength === 0 && chunk.length - offset >= headerBytes) {
        this.#header(chunk, offset);
        offset += headerBytes;
      } else {
        const end = Math.min(chunk.length, offset + headerBytes - this.#partialLength);
        this.#partial.set(chunk.subarray(offset, end), this.#partialLength);
        this.#partialLength += end - offset;
        offset = end;
        if (this.#partialLength === headerBytes) {
          this.#partialLength = 0;
          this.#header(this.#partial, 0);
        }
      }
    }
  }

  #header(bytes: Uint8Array, offset: number): void {
    const type = checkType(bytes[offset]!, bytes[offset + 1]!);
    const length = readUint32(bytes, offset + 8);
    if (type === FrameType.data) this.#remaining = length;
    this.#sink.header(type, readFlags(bytes, offset), readUint32(bytes, offset + 4), length);
  }
}

/**
 * Decodes one header from the start of `bytes`.
 *
 * @throws {ProtocolError} for an unknown version or type.
 * @throws {RangeError} for fewer than 12 bytes.
 */
export function decodeHeader(bytes: Uint8Array): FrameHeader {
  if (bytes.length < headerBytes) {
    throw new RangeError(`expected a yamux header of ${headerBytes} bytes, got ${bytes.length}`);
  }
  return {
    type: checkType(bytes[0]!, bytes[1]!),
    flags: readFlags(bytes, 0),
    streamId: readUint32(bytes, 4),
    length: readUint32(bytes, 8),
  };
}

function checkType(version: number, type: number): FrameType {
  if (version !== protocolVersion) {
    throw new ProtocolError(
      "ERR_YAMUX_INVALID_VERSION",
      `expected yamux version ${protocolVersion}, got ${version}: the peer does not speak yamux, or something else wrote to its connection`,
    );
  }
  if (type > FrameType.goAway) {
    throw new ProtocolError("ERR_YAMUX_INVALID_TYPE", `expected a yamux frame type from 0 to 3, got ${type}`);
  }
  return type as FrameType;
}

function readFlags(bytes: Uint8Array, offset: number): number {
  return (bytes[offset + 2]! << 8) | bytes[offset + 3]!;
}

function readUint32(bytes: Uint8Array, offset: number): number {
  return ((bytes[offset]! << 24) | (bytes[offset + 1]! << 16) | (bytes[offset + 2]! << 8) | bytes[offset + 3]!) >>> 0;
}
