import { Session } from "../session.js";
import type { SessionOptions } from "../session-options.js";
import { socketPair } from "./socket-pair.js";

/** A client and a server session at the two ends of a real socket. */
export async function sessionPair(
  options: Partial<Omit<SessionOptions, "role">> = {},
): Promise<{ client: Session; server: Session }> {
  const [near, far] = await socketPair();
  return {
    client: new Session(near, { keepAliveIntervalMs: 0, ...options, role: "client" }),
    server: new Session(far, { keepAliveIntervalMs: 0, ...options, role: "server" }),
  };
}
