import type { SocketAddress } from "./dial.js";

/**
 * Translates addresses between two sides that see different files or networks: the host sees a container's socket in
 * another folder. Only hosts use it. Go: AddrTranslator.
 */
export interface AddressTranslator {
  /** The host's address for a socket that has this address in the plugin. Go: PluginToHost. */
  pluginToHost(address: SocketAddress): SocketAddress | Promise<SocketAddress>;
  /** The plugin's address for a socket that has this address in the host. Go: HostToPlugin. */
  hostToPlugin(address: SocketAddress): SocketAddress | Promise<SocketAddress>;
}
