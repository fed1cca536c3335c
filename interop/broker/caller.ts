import { EventEmitter, once } from "node:events";
import { type Broker, type BrokeredServer, type ServiceImplementation, Status, StatusError } from "@go-plugin/proto";
import type { callerService } from "./shared.js";
import { forEach, Side } from "./side.js";

/** The plugin's part of the scenarios. */
export function createCaller(broker: Broker): ServiceImplementation<typeof callerService> {
  const side = new Side("plugin", broker);
  const served = new Map<number, BrokeredServer>();
  const events = new EventEmitter();
  let dials = 0;
  return {
    nextId: () => ({ id: broker.nextId() }),
    async callBack(request) {
      const call = (id: number) => {
        dials++;
        return side.say(id, request);
      };
      return { replies: await forEach(request.ids, request.concurrent, call) };
    },
    serveEcho({ id }) {
      const server = side.serve(id === 0 ? undefined : id);
      served.set(server.id, server);
      return { id: server.id };
    },
    async stopEcho({ id }) {
      const server = served.get(id);
      if (!server) throw new StatusError(Status.NOT_FOUND, `nothing is served under id ${id}`);
      served.delete(id);
      await server.close();
      return {};
    },
    serveRaw({ id }) {
      broker.accept(id).then(
        (connection) => connection.pipe(connection),
        () => {},
      );
      return {};
    },
    pull: ({ id, bytes, hold }, { signal }) =>
      side.pull(id, bytes, hold ? () => once(events, "release", { signal }) : undefined),
    push: ({ id, bytes }) => side.push(id, bytes),
    release: () => {
      events.emit("release");
      return {};
    },
    progress: () => ({ dials, sent: side.sent, waiting: side.barrier.waiting }),
    async print({ line, count }) {
      for (let printed = 0; printed < count; printed++) {
        if (!process.stdout.write(`${line}\n`)) await once(process.stdout, "drain");
      }
      return {};
    },
  };
}
