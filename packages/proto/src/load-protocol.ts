import type { Protocol } from "./handshake.js";

const halves = { grpc: () => import("./grpc/index.js"), netrpc: () => import("./netrpc/index.js") } as const;

/** The half of the protocol that a set of plugins speaks; the other one is never loaded. */
export function loadProtocol(
  protocol: Protocol,
): Promise<Pick<typeof import("./grpc/index.js"), "connectPlugin" | "servePlugins">> {
  return halves[protocol]();
}
