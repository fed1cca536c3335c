import type { SocketWatcher } from "../protocol.js";
import type { AddressTranslator } from "../sockets/address-translator.js";
import { dial, type SocketAddress } from "../sockets/dial.js";
import { SocketError } from "../sockets/errors.js";
import { type ListenOptions, listen } from "../sockets/listen.js";
import type { Sockets } from "./plain-transport.js";

/** Sockets of this machine, for brokers that do not multiplex. */
export function localSockets(
  options: ListenOptions = {},
  translator?: AddressTranslator,
  watcher?: SocketWatcher,
): Sockets {
  return {
    listen: async (onConnection) => {
      const listening = await listen(options, (connection) => {
        watcher?.onHandle(connection);
        onConnection(connection);
      });
      watcher?.onHandle(listening);
      if (!translator) return listening;
      try {
        return { ...listening, ...(await translator.hostToPlugin(listening)) };
      } catch (error) {
        listening.close();
        throw error;
      }
    },
    connect: async (network, address, signal) => {
      // The other side's announcement. Its validity shows once it is translated.
      const theirs = { network, address } as SocketAddress;
      const ours = translator ? await translator.pluginToHost(theirs) : theirs;
      if (ours.network !== "unix" && ours.network !== "tcp") {
        throw new SocketError(
          "ERR_SOCKET_CONNECT",
          `unknown address type: expected unix or tcp, got ${JSON.stringify(network)}`,
        );
      }
      const connection = await dial(ours, signal);
      watcher?.onHandle(connection);
      return connection;
    },
    onOffer: (network, address) => watcher?.onOffer({ network, address } as SocketAddress),
  };
}
