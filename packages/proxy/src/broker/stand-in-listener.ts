import { randomInt } from "node:crypto";
import { chmodSync, chownSync, rmSync, statSync } from "node:fs";
import { createServer, type Server, type Socket } from "node:net";

/** A listener of the proxy that one side takes for the other's. */
export interface StandIn {
  readonly address: string;
  close(): void;
}

const attempts = 50;
const letters = "0123456789abcdefghijklmnopqrstuvwxyz";

/**
 * Listens at an address that is as long as the real one, so that it can be written over it without moving anything: a
 * socket beside the real one with the same rights, or another port of the same host.
 *
 * @throws {Error} when there is no such address.
 */
export async function standIn(
  network: string,
  address: string,
  onConnection: (socket: Socket) => void,
): Promise<StandIn> {
  let reason: unknown;
  for (let attempt = 0; attempt < attempts; attempt++) {
    const server = createServer({ noDelay: true, allowHalfOpen: true }, onConnection);
    try {
      return network === "unix" ? await besideSocket(server, address) : await besidePort(server, address);
    } catch (error) {
      server.close();
      reason = error;
    }
  }
  throw new Error(`no address can be found beside ${address}`, { cause: reason });
}

async function besideSocket(server: Server, address: string): Promise<StandIn> {
  const changed = Math.min(6, address.length - address.lastIndexOf("/") - 1);
  const suffix = Array.from({ length: changed }, () => letters[randomInt(letters.length)]).join("");
  const path = `${address.slice(0, address.length - changed)}${suffix}`;
  await listening(server, { path });
  const { mode, uid, gid } = statSync(address);
  chmodSync(path, mode & 0o777);
  const own = statSync(path);
  if (own.gid !== gid || own.uid !== uid) chownSync(path, uid, gid);
  return {
    address: path,
    close() {
      server.close();
      rmSync(path, { force: true });
    },
  };
}

async function besidePort(server: Server, address: string): Promise<StandIn> {
  const colon = address.lastIndexOf(":");
  const [host, port] = [address.slice(0, colon).replace(/^\[(.*)\]$/, "$1"), address.slice(colon + 1)];
  const lowest = Math.max(1024, 10 ** (port.length - 1));
  const highest = Math.min(65_535, 10 ** port.length - 1);
  const chosen = randomInt(lowest, highest + 1);
  await listening(server, { port: chosen, host: host === "" ? "localhost" : host });
  return { address: `${address.slice(0, colon + 1)}${chosen}`, close: () => void server.close() };
}

function listening(server: Server, where: { path: string } | { port: number; host: string }): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(where, () => {
      server.off("error", reject);
      // Later errors are of one connection alone.
      server.on("error", () => {});
      resolve();
    });
  });
}
