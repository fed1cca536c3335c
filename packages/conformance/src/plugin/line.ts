import { connect, type Socket } from "node:net";
import type { Trace } from "../run/trace.js";
import { Blocked } from "../run/verdicts.js";
import { after } from "../wire/grpc-client.js";

/** A handshake line that can be used, whatever else is wrong with it. */
export interface Handshake {
  readonly line: string;
  readonly fields: readonly string[];
  readonly version: string;
  readonly network: "unix" | "tcp";
  readonly address: string;
  readonly protocol: "grpc" | "netrpc";
  /** The sixth field. */
  readonly certificate: string;
  /** The seventh field, if there is one. */
  readonly multiplex: string | undefined;
}

/** True for a handshake line, as far as a host can tell. */
export const looksLikeLine = (line: string) => /^\s*\S+\|[^|]+\|[^|]+\|[^|]+/.test(line);

/** @throws {Blocked} naming the rule that keeps the line from being used. */
export function parseLine(line: string): Handshake {
  if (!looksLikeLine(line)) throw new Blocked("HS-1");
  if (!line.endsWith("\n")) throw new Blocked("HS-2");
  const fields = line.trim().split("|");
  const [, version, network, address, protocol = "netrpc", certificate = "", multiplex] = fields;
  if (network !== "unix" && network !== "tcp") throw new Blocked("HS-5");
  if (protocol !== "grpc" && protocol !== "netrpc") throw new Blocked("HS-7");
  return { line, fields, version: version!, network, address: address!, protocol, certificate, multiplex };
}

/** Connects, and tries again for a while: who listens too late breaks HS-6 alone. @throws {Blocked} */
export async function connectTo({ network, address }: Handshake, trace: Trace): Promise<Socket> {
  for (const end = Date.now() + 2_000; ; await after(50, undefined)) {
    const socket = await tryToConnect(network, address);
    if (socket instanceof Error && Date.now() < end) continue;
    if (socket instanceof Error) throw new Blocked("HS-6");
    trace.say(`# connected to ${address}`);
    return socket;
  }
}

/** One attempt. */
export function tryToConnect(network: "unix" | "tcp", address: string): Promise<Socket | Error> {
  const colon = address.lastIndexOf(":");
  const host = address.slice(0, colon).replace(/^\[(.*)\]$/, "$1");
  const socket = connect(network === "unix" ? { path: address } : { host, port: Number(address.slice(colon + 1)) });
  return new Promise((resolve) => {
    socket.once("connect", () => resolve(socket.on("error", () => {})));
    socket.once("error", resolve);
  });
}
