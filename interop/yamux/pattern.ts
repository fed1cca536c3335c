/** The byte at a position of every stream, as in yamux-peer. Lost, doubled or swapped bytes are noticed. */
function patternAt(position: number): number {
  return (position ^ (position >>> 8) ^ (position >>> 16)) & 0xff;
}

/** The bytes from `start` on. */
export function patternBytes(start: number, length: number): Buffer {
  const bytes = Buffer.allocUnsafe(length);
  for (let index = 0; index < length; index++) bytes[index] = patternAt(start + index);
  return bytes;
}

/** Throws unless the bytes are the pattern from `start` on. */
export function checkPattern(bytes: Uint8Array, start: number): void {
  for (let index = 0; index < bytes.length; index++) {
    if (bytes[index] !== patternAt(start + index)) throw new Error(`wrong byte at ${start + index}`);
  }
}
