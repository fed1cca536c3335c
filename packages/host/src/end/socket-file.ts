import { lstatSync, type Stats, unlinkSync } from "node:fs";
import { createConnection } from "node:net";
import { resolve as resolvePath } from "node:path";
import type { PluginAddress } from "../connect/dial.js";
import { withShortPath } from "../connect/short-socket-path.js";

/** The socket file that a plugin listens on, so that the host can remove it when the plugin left it behind. */
export interface SocketFile {
  readonly path: string;
  readonly device: number;
  readonly inode: number;
}

/** Remembers the file at a plugin's address while the plugin runs; `undefined` if it is not a socket of this user. */
export function findSocketFile({ network, address }: PluginAddress): SocketFile | undefined {
  if (network !== "unix" || process.platform === "win32") return undefined;
  const path = resolvePath(address);
  const stats = statSocket(path);
  return stats && { path, device: stats.dev, inode: stats.ino };
}

/**
 * Removes the file if it is still the same one and nobody listens there any more: a plugin may have printed the
 * address of a server that is not its own.
 */
export async function removeSocketFile(file: SocketFile): Promise<void> {
  if (isSame(file) && (await withShortPath(file.path, isRefused).catch(() => false))) removeSocketFileNow(file);
}

/** Removes the file if it is still the same one, at once: for the end of the host, which has no time to ask. */
export function removeSocketFileNow(file: SocketFile): void {
  if (!isSame(file)) return;
  try {
    unlinkSync(file.path);
  } catch {
    // Gone meanwhile, or in a folder that is not ours: there is nothing left to do.
  }
}

function isSame(file: SocketFile): boolean {
  const stats = statSocket(file.path);
  return stats !== undefined && stats.ino === file.inode && stats.dev === file.device;
}

function statSocket(path: string): Stats | undefined {
  try {
    const stats = lstatSync(path);
    return stats.isSocket() && stats.uid === process.getuid?.() ? stats : undefined;
  } catch {
    return undefined;
  }
}

function isRefused(path: string): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection(path);
    socket.once("connect", () => {
      socket.destroy();
      resolve(false);
    });
    socket.once("error", (error: NodeJS.ErrnoException) => resolve(error.code === "ECONNREFUSED"));
  });
}
