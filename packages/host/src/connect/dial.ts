import { createConnection, type Socket } from "node:net";
import type { Handshake } from "@go-plugin/proto";
import { PluginError } from "../errors.js";
import { withShortPath } from "./short-socket-path.js";

/** Where a plugin listens. */
export type PluginAddress = Pick<Handshake, "network" | "address">;

/**
 * Connects to a plugin's address. Go: netAddrDialer.
 *
 * @throws {PluginError} `ERR_PLUGIN_CONNECT`; the signal's reason when it aborts.
 */
export async function dial(address: PluginAddress, signal: AbortSignal): Promise<Socket> {
  try {
    if (address.network === "tcp") return await connect(tcpEndpoint(address.address), signal);
    return await withShortPath(address.address, (path) => connect({ path }, signal));
  } catch (cause) {
    signal.throwIfAborted();
    throw new PluginError(
      "ERR_PLUGIN_CONNECT",
      `could not connect to the address that the plugin printed, ${address.network} ${JSON.stringify(address.address)}: ` +
        (cause instanceof Error ? cause.message : String(cause)),
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
