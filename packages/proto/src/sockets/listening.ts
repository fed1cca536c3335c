import type { Server } from "node:net";
import type { SocketAddress } from "./dial.js";

/** A socket on which one side accepts the other's connections. */
export interface Listening {
  readonly network: "unix" | "tcp";
  readonly address: string;
  /** Accepts no more connections, and removes the socket file. Open connections continue. */
  close(): void;
  /** Lets the server keep the process alive, which is the default. */
  ref(): void;
  unref(): void;
}

/** Options for listening. */
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
  /** A fixed address, instead of one chosen by the options above. @default none */
  readonly address?: SocketAddress | undefined;
  /** @default process.platform */
  readonly platform?: NodeJS.Platform;
}

/** The part of {@link Listening} that every server has. */
export function refs(server: Server): Pick<Listening, "ref" | "unref"> {
  return { ref: () => void server.ref(), unref: () => void server.unref() };
}

/** Starts `server` by `start` and waits for the outcome. */
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
