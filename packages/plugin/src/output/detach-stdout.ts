import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { duplicateStdout } from "./duplicate-stdout.js";

/**
 * Points file descriptor 1 at what stderr is, and returns the descriptor on which the host waits for the handshake
 * line. What native code, `fs.writeSync(1, …)` and child processes with inherited stdio print then reaches the host's
 * log, where it would have garbled the line before and been thrown away by the host after it.
 *
 * Bun calls dup(). Node has none: there this works where pipes can be opened again by name, which is Linux with a host
 * that uses pipes (Go's does; Node's uses sockets). Elsewhere, and on Deno, descriptor 1 stays as it is.
 */
export function detachStdout(): number {
  if (process.versions.bun) return duplicateStdout() ?? 1;
  // Deno numbers files by itself: what it opens under a number is not that number for a child process.
  if (process.versions.deno) return 1;
  if (process.platform !== "linux" || !isPipe(1) || !isPipe(2) || mayOtherThreadsOpenFiles()) return 1;
  const opened: number[] = [];
  const open = (fd: number, flags: number) => {
    const copy = openSync(`/proc/self/fd/${fd}`, flags);
    opened.push(copy);
    return copy;
  };
  try {
    // To open a pipe for writing waits for a reader, for ever if the host has died: each is its own reader meanwhile.
    const readers = [open(1, constants.O_RDWR), open(2, constants.O_RDWR)];
    const stdout = open(1, constants.O_WRONLY);
    replaceStdout();
    for (const reader of readers) closeSync(reader);
    return stdout;
  } catch (error) {
    if (error instanceof DescriptorTakenError) throw error;
    for (const fd of opened) closeSync(fd);
    return 1;
  }
}

/** Between close and open below, the lowest free descriptor belongs to whoever opens a file first. */
function mayOtherThreadsOpenFiles(): boolean {
  return process.getActiveResourcesInfo().some((name) => /^FSReq|AddrInfo|NameInfo|Worker/.test(name));
}

function replaceStdout(): void {
  closeSync(1);
  const fd = openSync("/proc/self/fd/2", constants.O_WRONLY);
  if (fd !== 1) throw new DescriptorTakenError();
}

class DescriptorTakenError extends Error {
  override readonly name = "DescriptorTakenError";
  constructor() {
    super("native code opened a file just while stdout was set aside for the handshake line; start the plugin again");
  }
}

function isPipe(fd: number): boolean {
  try {
    return fstatSync(fd).isFIFO();
  } catch {
    return false;
  }
}
