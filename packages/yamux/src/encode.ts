import { type FrameHeader, FrameType, headerBytes, protocolVersion } from "./frame.js";

/** Writes a header into `target` at `offset`. Only this function knows the byte layout for sending. */
export function writeHeader(
  target: Uint8Array,
  offset: number,
  type: FrameType,
  flags: number,
  streamId: number,
  length: number,
): void {
  target[offset] = protocolVersion;
  target[offset + 1] = type;
  target[offset + 2] = flags >>> 8;
  target[offset + 3] = flags;
  target[offset + 4] = streamId >>> 24;
  target[offset + 5] = streamId >>> 16;
  target[offset + 6] = streamId >>> 8;
  target[offset + 7] = streamId;
  target[offset + 8] = length >>> 24;
  target[offset + 9] = length >>> 16;
  target[offset + 10] = length >>> 8;
  target[offset + 11] = length;
}

/** Encodes a header alone. Go: header.encode. */
export function encodeHeader({ type, flags, streamId, length }: FrameHeader): Buffer {
  const header = Buffer.allocUnsafe(headerBytes);
  writeHeader(header, 0, type, flags, streamId, length);
  return header;
}

/** Encodes a data frame: header and payload in one buffer. */
export function encodeData(streamId: number, flags: number, payload: Uint8Array): Buffer {
  return Buffer.concat([encodeHeader({ type: FrameType.data, flags, streamId, length: payload.length }), payload]);
}
