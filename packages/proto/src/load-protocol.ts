import type { Protocol } from "./handshake/handshake.js";

// The half of a protocol that is not used is never loaded, nor is it part of a bundle.
const clients = { grpc: () => import("./grpc/client.js"), netrpc: () => import("./netrpc/client.js") } as const;
const servers = { grpc: () => import("./grpc/server.js"), netrpc: () => import("./netrpc/server.js") } as const;

/** The host's side of the protocol that a set of plugins speaks. */
export function loadClient(protocol: Protocol): Promise<Pick<typeof import("./grpc/client.js"), "connectPlugin">> {
  return clients[protocol]();
}

/** The plugin's side of it. */
export function loadServer(protocol: Protocol): Promise<Pick<typeof import("./grpc/server.js"), "servePlugins">> {
  return servers[protocol]();
}
