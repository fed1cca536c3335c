import type { Server } from "node:net";

/** Node's listen() ends in this method. It is undocumented, and keeps its name for code that wraps it. */
interface Internals {
  _listen2?(path: string, port: -1, addressType: -1, backlog: number, fd: undefined, flags: 0): void;
}

const backlog = 511;

/**
 * `server.listen({ path, exclusive: true })` without node:cluster, which Node.js loads for every listen(), and with it
 * node:child_process and node:dgram: 1.4 ms of each start of a plugin. See docs/decisions/0014-listening-alone.md.
 */
export function listenAlone(server: Server, path: string): void {
  (server as unknown as Internals)._listen2?.(path, -1, -1, backlog, undefined, 0);
  if (server.listening) return;
  server.on("error", () => {}); // the same one may come twice now
  server.listen({ path, exclusive: true, backlog });
}
