import { lstatSync, type Stats, unlinkSync } from "node:fs";
import { resolve as resolvePath } from "node:path";
import { dial, type SocketAddress } from "@go-plugin/proto/internal";

/** The socket file that a plugin listens on, so that the host can remove it when the plugin left it behind. */
export interface SocketFile {
  readonly path: string;
  readonly device: number;
  readonly inode: number;
}

/** Remembers the file at a plugin's address while the plugin runs; `undefined` if it is not a socket of this user. */
export function findSocketFile({ network, address }: SocketAddress): SocketFile | undefined {
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
  if (isSame(file) && (await isRefused(file.path))) removeSocketFileNow(file);
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

async function isRefused(path: string): Promise<boolean> {
  try {
    const socket = await dial({ network: "unix", address: path }, AbortSignal.timeout(1_000));
    socket.destroy();
    return false;
  } catch (error) {
    return ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === "ECONNREFUSED";
  }
}
