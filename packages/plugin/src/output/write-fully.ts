import { writeSync } from "node:fs";

const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes all of `data` before it returns, also to a descriptor that is in non-blocking mode.
 * Both the handshake line and the log go through it: either is useless when only a part of it arrives.
 */
export function writeFully(fd: number, data: string | Uint8Array): void {
  let rest = typeof data === "string" ? Buffer.from(data) : data;
  while (rest.length > 0) {
    try {
      rest = rest.subarray(writeSync(fd, rest));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
}

/** Writes what nobody may be there to read: a host that is gone is noticed elsewhere. */
export function writeIfRead(fd: number, data: string | Uint8Array): boolean {
  try {
    writeFully(fd, data);
    return true;
  } catch {
    return false;
  }
}
