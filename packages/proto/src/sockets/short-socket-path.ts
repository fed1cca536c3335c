import { mkdtempSync, rmSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { maxSocketPathBytes, socketPathFits } from "./socket-path.js";

/**
 * Calls `connect` with a path that the operating system accepts for a unix socket. A longer path is reached through a
 * short-lived symbolic link, since Node 20 and 22 would cut it off and connect to whatever is there.
 */
export async function withShortPath<T>(path: string, connect: (path: string) => Promise<T>): Promise<T> {
  if (socketPathFits(path) || process.platform === "win32") return connect(path);
  const folder = mkdtempSync(join(tmpdir(), "plugin-"));
  try {
    const link = join(folder, "s");
    if (!socketPathFits(link)) {
      throw new Error(
        `the path has ${Buffer.byteLength(path)} bytes, the operating system takes ${maxSocketPathBytes}, ` +
          `and a link in ${tmpdir()} would be too long as well: set TMPDIR to a shorter path`,
      );
    }
    symlinkSync(resolve(path), link);
    return await connect(link);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
