import { crc32 } from "node:zlib";
import type { Chunk, Digest } from "./gen/broker.js";

const chunkBytes = 64 * 1024;

/**
 * Yields this many bytes in chunks. Each chunk begins with its number in four bytes, so a lost, doubled or moved chunk
 * is noticed.
 */
export function* chunks(bytes: number): Generator<Chunk & { data: Buffer }> {
  const block = Buffer.from(Array.from({ length: chunkBytes }, (_, index) => index & 0xff));
  for (let number = 0; bytes > 0; number++) {
    const data = Buffer.from(block.subarray(0, Math.min(bytes, chunkBytes)));
    if (data.length >= 4) data.writeUInt32LE(number);
    yield { data };
    bytes -= data.length;
  }
}

/** Reads to the end; `afterFirst` is awaited after the first chunk. */
export async function digestOf(
  received: AsyncIterable<Chunk> | Iterable<Chunk>,
  afterFirst?: () => Promise<unknown>,
): Promise<Digest> {
  const digest = { bytes: 0, crc: 0 };
  for await (const { data } of received) {
    const first = digest.bytes === 0;
    digest.bytes += data.length;
    digest.crc = crc32(data, digest.crc);
    if (first) await afterFirst?.();
  }
  return digest;
}
