import { createConnection, type Socket } from "node:net";

import { reasonOf } from "../text-of.js";
import { SocketError } from "./errors.js";
import { withShortPath } from "./short-socket-path.js";

/** The address of a socket that the other side listens on. */
export interface SocketAddress {
  readonly network: "unix" | "tcp";
  /** A path, or `host:port`. */
  readonly address: string;
}

/**
 * Connects to the other side's address. Go: netAddrDialer.
 *
 * @throws {SocketError} `ERR_SOCKET_CONNECT`; the signal's reason when it aborts.
 */
export async function dial(address: SocketAddress, signal: AbortSignal): Promise<Socket> {
  try {
    if (address.network === "tcp") return await connect(tcpEndpoint(address.address), signal);
    return await withShortPath(address.address, (path) => connect({ path }, signal));
  } catch (cause) {
    signal.throwIfAborted();
    throw new SocketError(
      "ERR_SOCKET_CONNECT",
      `could not connect to ${address.network} ${JSON.stringify(address.address)}: ${reasonOf(cause)}`,
      { cause },
    );
  }
}

/** Splits `host:port`, where the host may be an IPv6 address in brackets, or empty for this machine. */
function tcpEndpoint(address: string): { host: string; port: number } {
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  const port = Number(address.slice(colon + 1));
  if (!(port >= 1 && port <= 65535)) throw new Error(`expected a port from 1 to 65535, got ${port}`);
  return { host: host === "" ? "localhost" : host, port };
}

function connect(endpoint: { path: string } | { host: string; port: number }, signal: AbortSignal): Promise<Socket> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const socket = createConnection({ ...endpoint, noDelay: true, keepAlive: true });
    const onAbort = () => socket.destroy(signal.reason);
    const settle = () => {
      signal.removeEventListener("abort", onAbort);
      socket.off("connect", onConnect);
      socket.off("error", onError);
    };
    const onConnect = () => {
      settle();
      resolve(socket);
    };
    const onError = (error: Error) => {
      settle();
      reject(error);
    };
    signal.addEventListener("abort", onAbort, { once: true });
    socket.once("connect", onConnect);
    socket.once("error", onError);
  });
}
