import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { Server } from "@go-plugin/grpc";
import type { ServiceImplementation } from "@go-plugin/proto";
import { controllerService, faultService } from "./fault-service.js";

export interface HandMadePlugin {
  /** @default echoes the request */
  readonly call?: ServiceImplementation<typeof faultService>["call"];
  /** @default one empty message */
  readonly stream?: ServiceImplementation<typeof faultService>["stream"];
  /** @default answers, then exits with code 0 */
  readonly shutdown?: () => Uint8Array | Promise<Uint8Array>;
  /** @default prints the handshake line */
  readonly announce?: (address: string) => void;
}

/** A plugin without @go-plugin/plugin, so that it can misbehave. It leaves its socket file behind. */
export function serveByHand(plugin: HandMadePlugin): void {
  const server = new Server();
  server.addService(faultService, {
    call: plugin.call ?? ((request) => request),
    stream: plugin.stream ?? (() => [new Uint8Array()]),
  });
  server.addService(controllerService, { shutdown: plugin.shutdown ?? exitSoon });
  const path = `${tmpdir()}/plugin-${process.pid}`;
  const announce = plugin.announce ?? ((address) => process.stdout.write(`1|1|unix|${address}|grpc|\n`));
  createServer((socket) => server.handle(socket)).listen(path, () => announce(path));
}

export function exitSoon(): Uint8Array {
  setImmediate(() => process.exit(0));
  return new Uint8Array();
}
