import type { SocketAddress } from "./dial.js";

/**
 * What an address of one side is for the other, where they do not see the same files or networks: a container's socket
 * lies in another folder for its host. Only hosts use it. Go: AddrTranslator.
 */
export interface AddressTranslator {
  /** Where the host reaches what the plugin calls this. Go: PluginToHost. */
  pluginToHost(address: SocketAddress): SocketAddress | Promise<SocketAddress>;
  /** Where the plugin reaches what the host calls this. Go: HostToPlugin. */
  hostToPlugin(address: SocketAddress): SocketAddress | Promise<SocketAddress>;
}
