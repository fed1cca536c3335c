import { Duplex } from "node:stream";

/** A stream that never takes what is written to it, and gives what it is fed. */
export function deafPeer(): Duplex {
  return new Duplex({ read() {}, write() {} });
}

/** Feeds what the other side says, as long as it is read: a peer that is not read cannot send more. */
export async function feedInChunks(peer: Duplex, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length && !peer.destroyed && !peer.isPaused(); at += 65_536) {
    peer.push(bytes.subarray(at, at + 65_536));
    await new Promise((resolve) => setImmediate(resolve));
  }
}
