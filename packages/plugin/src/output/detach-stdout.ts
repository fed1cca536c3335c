import { closeSync, constants, fstatSync, openSync } from "node:fs";
import { duplicateStdout } from "./duplicate-stdout.js";

/**
 * Redirects file descriptor 1 to stderr. The output of native code, `fs.writeSync(1, …)` and child processes with
 * inherited stdio then reaches the host's log. On stdout it would garble the handshake line, or be dropped by the host
 * after it.
 *
 * Bun calls dup(). Node has none: it needs pipes that can be reopened by name, so it works on Linux with a host that uses
 * pipes (Go's does; Node's uses sockets). Elsewhere, and on Deno, descriptor 1 stays as it is.
 *
 * @returns the descriptor on which the host waits for the handshake line.
 */
export function detachStdout(): number {
  if (process.versions.bun) return duplicateStdout() ?? 1;
  // Deno numbers files itself: its descriptor 1 is not that of a child process.
  if (process.versions.deno) return 1;
  if (process.platform !== "linux" || !isPipe(1) || !isPipe(2) || mayOtherThreadsOpenFiles()) return 1;
  const opened: number[] = [];
  const open = (fd: number, flags: number) => {
    const copy = openSync(`/proc/self/fd/${fd}`, flags);
    opened.push(copy);
    return copy;
  };
  try {
    // Opening a pipe for writing blocks without a reader, for ever if the host has died. So each pipe gets one here.
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

/** Between close and open below, another thread could take descriptor 1. */
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
