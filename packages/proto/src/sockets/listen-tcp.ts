import type { Server } from "node:net";
import { Environment } from "../handshake/environment.js";
import { SocketError } from "./errors.js";
import { type Listening, type ListenOptions, listening } from "./listen.js";

/** The first port of the host's range that is free. Go: serverListener_tcp. */
export async function listenOnTcp(server: Server, options: ListenOptions): Promise<Listening> {
  const min = parsePort(Environment.minPort, options.minPort);
  const max = parsePort(Environment.maxPort, options.maxPort);
  if (min > max) {
    throw new SocketError(
      "ERR_SOCKET_LISTEN",
      `expected ${Environment.minPort} to be at most ${Environment.maxPort}, got ${min} and ${max}`,
    );
  }
  let cause: unknown;
  for (let port = min; port <= max; port++) {
    try {
      await listening(server, () => server.listen({ host: "127.0.0.1", port, exclusive: true }));
      const { port: bound } = server.address() as { readonly port: number };
      return { network: "tcp", address: `127.0.0.1:${bound}`, close: () => server.close() };
    } catch (error) {
      cause = error;
    }
  }
  throw new SocketError(
    "ERR_SOCKET_LISTEN",
    `expected a free TCP port on 127.0.0.1 from ${min} to ${max}, found none. The host sets the range (${Environment.minPort}, ${Environment.maxPort}).`,
    { cause },
  );
}

/** As in Go, a missing bound is 0, and port 0 is any that the system has. */
function parsePort(name: string, text: string | undefined): number {
  const port = text ? Number(text) : 0;
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new SocketError("ERR_SOCKET_LISTEN", `expected ${name} to be a port number, got ${JSON.stringify(text)}`);
}
