/** The flag (1 byte: 1 = compressed) and the length (4 bytes, big endian) before every message. */
export const headerBytes = 5;

// Below this size a copy costs less than another buffer in the write.
const copyBelowBytes = 16 * 1024;

/** The bytes on the wire of a message that is sent alone. */
export function frameSize(message: Uint8Array): number {
  return headerBytes + message.length;
}

/** One message as one buffer. */
export function encodeFrame(message: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(headerBytes + message.length);
  writeFrame(frame, 0, message);
  return frame;
}

/** Frames messages into few buffers: small messages are copied together, large ones are passed on without a copy. */
export function encodeFrames(messages: readonly Uint8Array[]): Uint8Array[] {
  const buffers: Uint8Array[] = [];
  let next = 0;
  while (next < messages.length) {
    let size = 0;
    let end = next;
    while (end < messages.length && messages[end]!.length < copyBelowBytes)
      size += headerBytes + messages[end++]!.length;
    // The header of a large message goes into the buffer before it.
    const large = messages[end];
    const block = Buffer.allocUnsafe(size + (large === undefined ? 0 : headerBytes));
    let offset = 0;
    while (next < end) offset = writeFrame(block, offset, messages[next++]!);
    buffers.push(block);
    if (large !== undefined) {
      writeHeader(block, offset, large.length);
      buffers.push(large);
      next++;
    }
  }
  return buffers;
}

function writeHeader(target: Buffer, offset: number, length: number): void {
  target[offset] = 0;
  target[offset + 1] = length >>> 24;
  target[offset + 2] = length >>> 16;
  target[offset + 3] = length >>> 8;
  target[offset + 4] = length;
}

function writeFrame(target: Buffer, offset: number, message: Uint8Array): number {
  writeHeader(target, offset, message.length);
  target.set(message, offset + headerBytes);
  return offset + headerBytes + message.length;
}
