/** The maximum length of a unix socket's path, in bytes; Node 20 and 22 silently cut off a longer one. */
export const maxSocketPathBytes = process.platform === "darwin" ? 103 : 107;

/** True if the path is short enough for a unix socket of this operating system. */
export function socketPathFits(path: string): boolean {
  return Buffer.byteLength(path) <= maxSocketPathBytes;
}
