import type { AddressTranslator } from "../sockets/address-translator.js";
import { dial, type SocketAddress } from "../sockets/dial.js";
import { SocketError } from "../sockets/errors.js";
import { type ListenOptions, listen } from "../sockets/listen.js";
import type { Sockets } from "./plain-transport.js";

/** Sockets of this machine, for brokers that do not multiplex. */
export function localSockets(options: ListenOptions = {}, translator?: AddressTranslator): Sockets {
  return {
    listen: async (onConnection) => {
      const listening = await listen(options, onConnection);
      if (!translator) return listening;
      try {
        return { ...(await translator.hostToPlugin(listening)), close: listening.close };
      } catch (error) {
        listening.close();
        throw error;
      }
    },
    connect: async (network, address, signal) => {
      // The other side's word: what it is shows when it has been translated.
      const theirs = { network, address } as SocketAddress;
      const ours = translator ? await translator.pluginToHost(theirs) : theirs;
      if (ours.network !== "unix" && ours.network !== "tcp") {
        throw new SocketError(
          "ERR_SOCKET_CONNECT",
          `unknown address type: expected unix or tcp, got ${JSON.stringify(network)}`,
        );
      }
      return dial(ours, signal);
    },
  };
}
