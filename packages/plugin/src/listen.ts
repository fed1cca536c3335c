import { createServer, type Server, type Socket } from "node:net";
import { Environment } from "@go-plugin/proto";
import { listenOnTcp } from "./listen-tcp.js";
import { listenOnUnixSocket } from "./listen-unix.js";

/** Where a plugin takes connections. */
export interface Listener {
  readonly network: "unix" | "tcp";
  readonly address: string;
  /** Takes no more connections and leaves no socket file. */
  close(): void;
}

/** What the host said about the address, by its environment. Go: unixSocketConfigFromEnv. */
export interface ListenOptions {
  readonly platform: NodeJS.Platform;
  readonly socketDirectory: string | undefined;
  readonly minPort: string | undefined;
  readonly maxPort: string | undefined;
}

export function listenOptions(env: NodeJS.ProcessEnv): ListenOptions {
  return {
    platform: process.platform,
    socketDirectory: env[Environment.socketDirectory],
    minPort: env[Environment.minPort],
    maxPort: env[Environment.maxPort],
  };
}

/**
 * Listens where hosts of this platform look for plugins: a unix socket, or a local TCP port on Windows.
 * Go: serverListener.
 *
 * @throws {ServeError} when there is no such place.
 */
export async function listen(options: ListenOptions, onConnection: (socket: Socket) => void): Promise<Listener> {
  const server = createServer({ noDelay: true }, onConnection);
  return options.platform === "win32" ? listenOnTcp(server, options) : listenOnUnixSocket(server, options);
}

/** Starts `server` by `start` and waits for what comes of it. */
export function listening(server: Server, start: () => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const settle = (error?: Error) => {
      server.off("error", settle).off("listening", settle);
      if (error) reject(error);
      else resolve();
    };
    server.on("error", settle).on("listening", settle);
    start();
  });
}
