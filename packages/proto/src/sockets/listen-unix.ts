import { chmodSync, rmSync } from "node:fs";
import type { Server } from "node:net";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { Environment } from "../handshake/environment.js";
import { SocketError } from "./errors.js";
import { listenAlone } from "./listen-alone.js";
import { type Listening, type ListenOptions, listening, refs } from "./listening.js";
import { giveToGroup } from "./socket-group.js";
import { maxSocketPathBytes, socketPathFits } from "./socket-path.js";

/**
 * A socket that only the user can connect to; on the main thread, from the moment of its creation. Go:
 * serverListener_unix.
 */
export async function listenOnUnixSocket(server: Server, options: ListenOptions): Promise<Listening> {
  const path = socketPath(options.directory);
  try {
    await listening(server, () => withoutAccessForOthers(path, () => listenAlone(server, path)));
  } catch (cause) {
    throw new SocketError(
      "ERR_SOCKET_LISTEN",
      `could not create the plugin's socket ${path}: ${(cause as Error).message}. Its directory must exist and be writable; ${options.directory ? Environment.socketDirectory : "TMPDIR"} sets it.`,
      { cause },
    );
  }
  removeAtExit(path);
  const close = () => {
    server.close();
    rmSync(path, { force: true });
    forget(path);
  };
  try {
    if (options.group) giveToGroup(path, options.group, 0o660);
  } catch (error) {
    close();
    throw error;
  }
  return { network: "unix", address: path, close, ...refs(server) };
}

// A server removes its file when it closes; if the process exits first, the exit handler does it.
const leftBehind = new Set<string>();

function removeAtExit(path: string): void {
  if (leftBehind.size === 0) process.on("exit", removeLeftBehind);
  leftBehind.add(path);
}

function forget(path: string): void {
  leftBehind.delete(path);
  if (leftBehind.size === 0) process.off("exit", removeLeftBehind);
}

function removeLeftBehind(): void {
  for (const path of leftBehind) rmSync(path, { force: true });
}

/** A free path, short enough: the system refuses a longer one, and Node 20 and 22 silently cut it off. */
function socketPath(directory: string | undefined): string {
  const name = `plugin${randomDigits()}${randomDigits()}`;
  // The host chose its directory; the temporary directory has an alternative.
  const candidates = directory ? [directory] : [tmpdir(), "/tmp"];
  const paths = candidates.map((candidate) => resolve(candidate, name));
  const path = paths.find(socketPathFits);
  if (path) return path;
  throw new SocketError(
    "ERR_SOCKET_LISTEN",
    `expected a path of at most ${maxSocketPathBytes} bytes for the plugin's socket, got ${paths[0]} (${Buffer.byteLength(paths[0]!)} bytes). Set ${directory ? Environment.socketDirectory : "TMPDIR"} to a shorter directory.`,
  );
}

/** Not a secret: the file's mode decides who may connect, so loading node:crypto is not worthwhile. */
function randomDigits(): string {
  return Math.floor(Math.random() * 2 ** 32)
    .toString(16)
    .padStart(8, "0");
}

function withoutAccessForOthers(path: string, bind: () => void): void {
  const umask = setUmask(0o177);
  if (umask === undefined) {
    // Until then the process's umask decides who may connect; usually nobody else may.
    bind();
    chmodSync(path, 0o600);
    return;
  }
  try {
    bind();
  } finally {
    process.umask(umask);
  }
}

/** Returns undefined in a worker: the umask belongs to the whole process, and only the main thread may set it. */
function setUmask(mask: number): number | undefined {
  try {
    return process.umask(mask);
  } catch {
    return undefined;
  }
}
