import type { Readable } from "node:stream";

/** More than an operating system keeps for a pipe or a socket pair by default. */
const maxPipeBytes = 1 << 20;

/**
 * Reads what a process that has exited left in its pipes, then closes them. The end of the pipes is not waited for:
 * a process that the plugin started may hold them open, and write to them, as long as it likes.
 */
export async function drainPipes(pipes: readonly Readable[]): Promise<void> {
  let received = 0;
  const count = (chunk: Buffer) => {
    received += chunk.length;
  };
  for (const pipe of pipes) pipe.on("data", count);
  // All of the plugin's own bytes were in the pipes when it exited: the event loop finds them at its next turns.
  for (let seen = -1; seen !== received && received < maxPipeBytes; ) {
    seen = received;
    for (let turn = 0; turn < 3; turn++) {
      // A slow reader of the bytes pauses its pipe each time; what the process has left is little enough to be kept.
      for (const pipe of pipes) pipe.resume();
      await new Promise(setImmediate);
    }
  }
  for (const pipe of pipes) pipe.off("data", count).destroy();
}
