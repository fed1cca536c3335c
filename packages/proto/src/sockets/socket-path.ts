/** Bytes that the path of a unix socket may have; Node 20 and 22 silently cut a longer one off. */
export const maxSocketPathBytes = process.platform === "darwin" ? 103 : 107;

/** Whether the operating system takes this path for a unix socket. */
export function socketPathFits(path: string): boolean {
  return Buffer.byteLength(path) <= maxSocketPathBytes;
}
