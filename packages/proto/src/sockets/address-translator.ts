import type { SocketAddress } from "./dial.js";

/**
 * Translates addresses between two sides that do not see the same files or networks: a container's socket
 * lies in another folder for its host. Only hosts use it. Go: AddrTranslator.
 */
export interface AddressTranslator {
  /** The host's address for a socket that the plugin calls this. Go: PluginToHost. */
  pluginToHost(address: SocketAddress): SocketAddress | Promise<SocketAddress>;
  /** The plugin's address for a socket that the host calls this. Go: HostToPlugin. */
  hostToPlugin(address: SocketAddress): SocketAddress | Promise<SocketAddress>;
}
