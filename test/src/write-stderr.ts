import { writeSync } from "node:fs";

/** Writes to the descriptor synchronously, bypassing the stream. */
export function writeStderr(bytes: Buffer): void {
  for (let rest = bytes; rest.length > 0; ) {
    try {
      rest = rest.subarray(writeSync(2, rest));
    } catch (error) {
      // Node may have made the descriptor non-blocking.
      if ((error as NodeJS.ErrnoException).code !== "EAGAIN") throw error;
    }
  }
}
