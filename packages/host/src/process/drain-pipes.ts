import type { Readable } from "node:stream";

/** More than an operating system keeps for a pipe or a socket pair by default. */
const maxPipeBytes = 1 << 20;

/**
 * Reads the rest of the output of an exited process, then closes its pipes. It does not wait for their end: a process
 * that the plugin started may keep them open and write to them.
 */
export async function drainPipes(pipes: readonly Readable[]): Promise<void> {
  let received = 0;
  const count = (chunk: Buffer) => {
    received += chunk.length;
  };
  for (const pipe of pipes) pipe.on("data", count);
  // All bytes of the plugin were in the pipes when it exited, so the next turns of the event loop find them.
  for (let seen = -1; seen !== received && received < maxPipeBytes; ) {
    seen = received;
    for (let turn = 0; turn < 3; turn++) {
      // A slow destination pauses its pipe each time. The rest is small enough to keep in memory.
      for (const pipe of pipes) pipe.resume();
      await new Promise(setImmediate);
    }
  }
  for (const pipe of pipes) pipe.off("data", count).destroy();
}
