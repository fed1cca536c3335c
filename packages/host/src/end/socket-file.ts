import { lstatSync, type Stats, unlinkSync } from "node:fs";
import { resolve as resolvePath } from "node:path";
import { dial, type SocketAddress } from "@go-plugin/proto/internal";
import type { Resource } from "./resource.js";

/** The file of a socket that the plugin listens on. It is removed with the plugin, if the plugin leaves it behind. */
export interface SocketFile extends Resource {
  readonly path: string;
}

/** Remembers the file at a plugin's address while the plugin runs; `undefined` if it is not a socket of this user. */
export function ownedSocketFile({ network, address }: SocketAddress): SocketFile | undefined {
  if (network !== "unix" || process.platform === "win32") return undefined;
  const path = resolvePath(address);
  const found = statSocket(path);
  if (!found) return undefined;
  const remove = () => {
    if (isSame(path, found)) unlink(path);
  };
  return {
    path,
    // A plugin may print the address of somebody else's server, which goes on listening.
    release: async () => {
      if (isSame(path, found) && (await refusesConnections(path))) remove();
    },
    kill: remove,
  };
}

function isSame(path: string, { dev, ino }: Stats): boolean {
  const stats = statSocket(path);
  return stats?.ino === ino && stats.dev === dev;
}

function statSocket(path: string): Stats | undefined {
  try {
    const stats = lstatSync(path);
    return stats.isSocket() && stats.uid === process.getuid?.() ? stats : undefined;
  } catch {
    return undefined;
  }
}

function unlink(path: string): void {
  try {
    unlinkSync(path);
  } catch {
    // It is gone, or in a folder that is not ours: there is nothing to do.
  }
}

async function refusesConnections(path: string): Promise<boolean> {
  try {
    const socket = await dial({ network: "unix", address: path }, AbortSignal.timeout(1_000));
    socket.destroy();
    return false;
  } catch (error) {
    return ((error as Error).cause as NodeJS.ErrnoException | undefined)?.code === "ECONNREFUSED";
  }
}
