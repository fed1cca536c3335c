import type { Server } from "node:net";
import { Environment } from "../handshake/environment.js";
import { SocketError } from "./errors.js";
import { type Listening, type ListenOptions, listening, refs } from "./listening.js";

/** The port ranges in use, with the number of attempts that this process has made in each. */
const tries = new Map<string, number>();

/**
 * A free port of the host's range: the first one, for the first listener. Later ones continue after the last, or the
 * hundredth would try a hundred ports. Go: serverListener_tcp, which starts at the first each time.
 */
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
  const [range, count] = [`${min}-${max}`, max - min + 1];
  for (let left = count; left > 0; left--) {
    const tried = tries.get(range) ?? 0;
    tries.set(range, tried + 1);
    const port = min + (tried % count);
    try {
      await listening(server, () => server.listen({ host: "127.0.0.1", port, exclusive: true }));
      const { port: bound } = server.address() as { readonly port: number };
      return { network: "tcp", address: `127.0.0.1:${bound}`, close: () => server.close(), ...refs(server) };
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

/** As in Go, a missing bound is 0, and port 0 is any free port. */
function parsePort(name: string, text: string | undefined): number {
  const port = text ? Number(text) : 0;
  if (Number.isInteger(port) && port >= 0 && port <= 65535) return port;
  throw new SocketError("ERR_SOCKET_LISTEN", `expected ${name} to be a port number, got ${JSON.stringify(text)}`);
}
