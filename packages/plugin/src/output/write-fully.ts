import { writeSync } from "node:fs";

const pause = new Int32Array(new SharedArrayBuffer(4));

/**
 * Writes all of `data` before it returns, even to a descriptor in non-blocking mode. A partial handshake line or log entry
 * would be useless.
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

/** Writes, unless the reader is gone, which is noticed elsewhere. @returns false when it is gone. */
export function writeIfRead(fd: number, data: string | Uint8Array): boolean {
  try {
    writeFully(fd, data);
    return true;
  } catch {
    return false;
  }
}
