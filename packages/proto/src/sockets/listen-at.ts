import type { Server } from "node:net";
import type { SocketAddress } from "./dial.js";
import { SocketError } from "./errors.js";
import { type Listening, listening, refs } from "./listening.js";

/** Listens at one fixed address. @throws {SocketError} `ERR_SOCKET_LISTEN` */
export async function listenAt(server: Server, { network, address }: SocketAddress): Promise<Listening> {
  try {
    await listening(server, () => server.listen(endpoint({ network, address })));
  } catch (cause) {
    throw new SocketError(
      "ERR_SOCKET_LISTEN",
      `could not listen at ${network} ${JSON.stringify(address)}: ${(cause as Error).message}. Is another plugin running there?`,
      { cause },
    );
  }
  const bound = server.address();
  // Port 0 means any.
  const actual =
    typeof bound === "object" && bound ? `${address.slice(0, address.lastIndexOf(":"))}:${bound.port}` : address;
  return { network, address: actual, close: () => void server.close(), ...refs(server) };
}

function endpoint({ network, address }: SocketAddress): { path: string } | { host: string; port: number } {
  if (network === "unix") return { path: address };
  const colon = address.lastIndexOf(":");
  const port = Number(address.slice(colon + 1));
  if (colon === -1 || !(port >= 0 && port <= 65535)) throw new Error("expected host:port");
  return { host: address.slice(0, colon).replace(/^\[(.*)\]$/, "$1") || "127.0.0.1", port };
}
