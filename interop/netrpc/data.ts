import { once } from "node:events";
import type { Writable } from "node:stream";
import { crc32 } from "node:zlib";
import { chunks } from "../broker/data.js";

export interface Digest {
  readonly Bytes: number;
  readonly Crc: number;
}

/** Writes a number of bytes as fast as the stream takes them, then ends it. */
export async function sendData(bytes: number, to: Writable, sent: (bytes: number) => void = () => {}): Promise<void> {
  for (const { data } of chunks(bytes)) {
    const more = to.write(data);
    sent(data.length);
    if (!more) await once(to, "drain");
  }
  to.end();
}

/** Reads to the end; `afterFirst` is awaited after the first bytes. */
export async function receiveData(
  from: AsyncIterable<Uint8Array>,
  afterFirst?: () => Promise<unknown>,
): Promise<Digest> {
  let digest: Digest = { Bytes: 0, Crc: 0 };
  for await (const data of from) {
    const first = digest.Bytes === 0;
    digest = addData(digest, data);
    if (first) await afterFirst?.();
  }
  return digest;
}

export function addData({ Bytes, Crc }: Digest, data: Uint8Array): Digest {
  return { Bytes: Bytes + data.length, Crc: crc32(data, Crc) };
}

const expected = new Map<number, Digest>();

/** The data that the receiver of `sendData` expects, computed once. */
export function expectedDigest(bytes: number): Digest {
  let digest = expected.get(bytes);
  if (digest) return digest;
  digest = { Bytes: 0, Crc: 0 };
  for (const { data } of chunks(bytes)) digest = addData(digest, data);
  expected.set(bytes, digest);
  return digest;
}

/** In Go's notation. */
export function toJson({ Bytes, Crc }: Digest): { bytes: number; crc: number } {
  return { bytes: Bytes, crc: Crc };
}
