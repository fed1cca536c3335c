import { dial } from "../sockets/dial.js";
import { SocketError } from "../sockets/errors.js";
import { type ListenOptions, listen } from "../sockets/listen.js";
import type { Sockets } from "./broker-plain.js";

/** Sockets of this machine, for brokers that do not multiplex. */
export function localSockets(options: ListenOptions = {}): Sockets {
  return {
    listen: (onConnection) => listen(options, onConnection),
    connect: async (network, address, timeoutMs) => {
      if (network !== "unix" && network !== "tcp") {
        throw new SocketError(
          "ERR_SOCKET_CONNECT",
          `unknown address type: expected unix or tcp, got ${JSON.stringify(network)}`,
        );
      }
      return dial({ network, address }, AbortSignal.timeout(timeoutMs));
    },
  };
}
