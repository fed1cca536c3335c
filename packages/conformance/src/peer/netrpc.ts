import type { Duplex } from "node:stream";
import { bool, emptyStruct, string, uint32 } from "@go-plugin/gob";
import { method, RpcServer } from "@go-plugin/netrpc";
import { Session, type Stream } from "@go-plugin/yamux";
import type { PluginPlan } from "./plan.js";

/** net/rpc as the plan says. */
export function serveNetRpc(plan: PluginPlan, end: (code?: number) => void): (connection: Duplex) => void {
  const { netrpc = {} } = plan;
  return async (connection) => {
    connection.on("error", () => {});
    const session = new Session(connection, { role: "server" });
    const server = new RpcServer();
    server.addService(
      "Control",
      { Ping: method(bool, emptyStruct), Quit: method(bool, emptyStruct) },
      {
        ping: () => {
          if (netrpc.refusesPing) throw new Error("no ping");
          return {};
        },
        quit: () => {
          if (plan.end !== "stay") setTimeout(end, 30);
          return {};
        },
      },
    );
    server.addService(
      "Dispenser",
      { Dispense: method(string, uint32) },
      {
        dispense: (name) => {
          if (name === netrpc.name) return 1;
          if (netrpc.endsAtUnknownName) connection.destroy();
          throw new Error(`unknown plugin type: ${name}`);
        },
      },
    );
    if (netrpc.endsAtUnknownService) {
      server.addService(
        "Conformance",
        { Method: method(bool, emptyStruct) },
        {
          method: () => {
            connection.destroy();
            return {};
          },
        },
      );
    }
    try {
      const streams: Stream[] = [];
      for (let count = 0; count < 3; count++) streams.push(await session.accept());
      for (const stream of streams) stream.on("error", () => {});
      server.handle(streams[netrpc.swapped ? 2 : 0]!);
      for await (const stream of session) {
        stream.on("error", () => {});
        if (!netrpc.withoutEcho) stream.once("data", (id: Buffer) => stream.write(id));
      }
    } catch {
      // The host is gone.
    }
  };
}
