import { createServer, type Socket } from "node:net";
import { listenAt } from "./listen-at.js";
import { listenOnTcp } from "./listen-tcp.js";
import { listenOnUnixSocket } from "./listen-unix.js";
import type { Listening, ListenOptions } from "./listening.js";

export type { Listening, ListenOptions };

/**
 * Listens where the other side expects it on this platform: on a unix socket, or on a local TCP port on Windows. Go:
 * serverListener.
 *
 * @throws {SocketError} when there is no such place.
 */
export async function listen(options: ListenOptions, onConnection: (socket: Socket) => void): Promise<Listening> {
  const server = createServer({ noDelay: true }, onConnection);
  if (options.address) return listenAt(server, options.address);
  return (options.platform ?? process.platform) === "win32"
    ? listenOnTcp(server, options)
    : listenOnUnixSocket(server, options);
}
