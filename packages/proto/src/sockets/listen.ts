import { createServer, type Server, type Socket } from "node:net";
import { listenOnTcp } from "./listen-tcp.js";
import { listenOnUnixSocket } from "./listen-unix.js";

/** Where one side takes connections of the other. */
export interface Listening {
  readonly network: "unix" | "tcp";
  readonly address: string;
  /** Takes no more connections and leaves no socket file. Connections that are open go on. */
  close(): void;
}

/** Where to listen. */
export interface ListenOptions {
  /**
   * Directory for unix sockets.
   * @default the temporary directory, or /tmp when its path is too long
   */
  readonly directory?: string | undefined;
  /**
   * Group, by name or number, that may connect to unix sockets.
   * @default none: only the user
   */
  readonly group?: string | undefined;
  /**
   * Range of TCP ports, as the host's environment gives it; only used on Windows.
   * @default any port
   */
  readonly minPort?: string | undefined;
  readonly maxPort?: string | undefined;
  /** @default process.platform */
  readonly platform?: NodeJS.Platform;
}

/**
 * Listens where the other side looks on this platform: a unix socket, or a local TCP port on Windows.
 * Go: serverListener.
 *
 * @throws {SocketError} when there is no such place.
 */
export async function listen(options: ListenOptions, onConnection: (socket: Socket) => void): Promise<Listening> {
  const server = createServer({ noDelay: true }, onConnection);
  return (options.platform ?? process.platform) === "win32"
    ? listenOnTcp(server, options)
    : listenOnUnixSocket(server, options);
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
