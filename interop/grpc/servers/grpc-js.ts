import type { EventEmitter } from "node:events";
import type { Readable, Writable } from "node:stream";
import {
  type Deadline,
  Metadata,
  Server,
  ServerCredentials,
  type ServerDuplexStream,
  type ServerWritableStream,
} from "@grpc/grpc-js";
import type { ServerLimits } from "../behaviour.js";
import { entriesOf } from "../clients/grpc-js.js";
import {
  type Action_Entry,
  BehaviourService,
  type BehaviourServer as Handlers,
  type Message,
} from "../gen/behaviour.js";
import { BehaviourServer, last, once, type ServedCall } from "../service.js";
import { type Listener, listen, type RunningServer } from "./listen.js";

/** grpc-js as it is. */
export async function serveGrpcJs(path: string, { maxReceive, maxHeaderList }: ServerLimits): Promise<RunningServer> {
  const server = new Server({
    "grpc.max_receive_message_length": maxReceive ?? -1,
    "grpc.max_send_message_length": -1,
    "grpc.max_metadata_size": maxHeaderList ?? 1 << 20,
  });
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  let listener: Listener | undefined;
  const drain = () => {
    listener?.close();
    server.tryShutdown(() => {});
  };
  server.addService(
    BehaviourService,
    createGrpcJsHandlers(() => listener?.drop(), drain),
  );
  listener = await listen(path, (socket) => injector.injectConnection(socket));
  return {
    async stop() {
      listener.close();
      listener.drop();
      server.forceShutdown();
    },
  };
}

interface Surface {
  readonly metadata: Metadata;
  cancelled: boolean;
  getDeadline(): Deadline;
  sendMetadata(metadata: Metadata): void;
}

/** The service as an author writes it for grpc-js. */
export function createGrpcJsHandlers(drop: () => void, drain: () => void): Handlers {
  const statusError = (code: number, details: string) => Object.assign(new Error(details), { code, details });
  const behaviour = new BehaviourServer({ drop, drain, statusError });
  return {
    unary(call, callback) {
      const [served, trailers] = toServedCall(call);
      last(behaviour.perform(once(call.request), served)).then(
        (message) => callback(null, message, trailers),
        (error) => callback(error, null, trailers),
      );
    },
    clientStream(call, callback) {
      const [served, trailers] = toServedCall(call);
      const requests = (call as unknown as Readable)[Symbol.asyncIterator]();
      last(behaviour.perform(requests, served)).then(
        (message) => callback(null, message, trailers),
        (error) => callback(error, null, trailers),
      );
    },
    serverStream(call) {
      const [served, trailers] = toServedCall(call);
      void writeAll(call, behaviour.perform(once(call.request), served), trailers);
    },
    bidiStream(call) {
      const [served, trailers] = toServedCall(call);
      const requests = (call as unknown as Readable).iterator({ destroyOnReturn: false });
      void writeAll(call, behaviour.perform(requests, served), trailers);
    },
    observe({ request }, callback) {
      behaviour.observe(request.call, request.running).then((observation) => callback(null, observation));
    },
    release({ request }, callback) {
      behaviour.release(request.call);
      callback(null, {});
    },
  };
}

async function writeAll(
  call: ServerWritableStream<Message, Message> | ServerDuplexStream<Message, Message>,
  messages: AsyncGenerator<Message>,
  trailers: Metadata,
): Promise<void> {
  const writable = call as unknown as Writable;
  try {
    for await (const message of messages) {
      if (call.cancelled) return;
      if (writable.write(message)) continue;
      await new Promise<void>((resolve) => {
        const events = ["drain", "close", "cancelled"];
        const goOn = () => {
          for (const event of events) writable.off(event, goOn);
          resolve();
        };
        for (const event of events) writable.on(event, goOn);
      });
    }
    call.end(trailers);
  } catch (error) {
    if (!call.cancelled) call.emit("error", Object.assign(error as Error, { metadata: trailers }) as never);
  }
}

/** The second argument collects the trailers. */
function toServedCall(call: Surface & EventEmitter): [ServedCall, Metadata] {
  const trailers = new Metadata();
  const served: ServedCall = {
    id: String(call.metadata.get("x-call")[0] ?? ""),
    metadata: entriesOf(call.metadata),
    deadline: Number(call.getDeadline()),
    cancelled: new Promise((resolve) => call.once("cancelled", () => resolve())),
    sendHeaders: (entries) => call.sendMetadata(addEntries(new Metadata(), entries)),
    setTrailers: (entries) => void addEntries(trailers, entries),
  };
  return [served, trailers];
}

function addEntries(metadata: Metadata, entries: readonly Action_Entry[]): Metadata {
  for (const { key, text, bytes } of entries) metadata.add(key, key.endsWith("-bin") ? bytes : text);
  return metadata;
}
