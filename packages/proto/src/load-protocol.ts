import type { Protocol } from "./handshake/handshake.js";

// The unused half of a protocol is never loaded, and never part of a bundle.
const clients = { grpc: () => import("./grpc/client.js"), netrpc: () => import("./netrpc/client.js") } as const;
const servers = { grpc: () => import("./grpc/server.js"), netrpc: () => import("./netrpc/server.js") } as const;

/** Loads the host's side of a protocol. */
export function loadClient(protocol: Protocol): Promise<Pick<typeof import("./grpc/client.js"), "connectPlugin">> {
  return clients[protocol]();
}

/** Loads the plugin's side of a protocol. */
export function loadServer(protocol: Protocol): Promise<Pick<typeof import("./grpc/server.js"), "servePlugins">> {
  return servers[protocol]();
}
