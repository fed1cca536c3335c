import {
  type CallContext,
  Metadata,
  Server,
  type ServerOptions,
  type ServiceImplementation,
  StatusError,
} from "@go-plugin/grpc";
import { fromGrpcJs } from "@go-plugin/grpc/grpc-js";
import type { ServerLimits } from "../behaviour.js";
import { type Action_Entry, BehaviourService } from "../gen/behaviour.js";
import { toEntries } from "../outcome.js";
import { BehaviourServer, last, once, type ServedCall } from "../service.js";
import { createGrpcJsHandlers } from "./grpc-js.js";
import { type Listener, listen, type RunningServer } from "./listen.js";

/** Our server with an implementation of ours. */
export function serveOurs(path: string, limits: ServerLimits): Promise<RunningServer> {
  return serve(path, limits, createImplementation);
}

/** Our server with handlers that were written for grpc-js. */
export function serveGrpcJsOverOurs(path: string, limits: ServerLimits): Promise<RunningServer> {
  return serve(path, limits, (drop, drain) => fromGrpcJs(BehaviourService, createGrpcJsHandlers(drop, drain)));
}

type Implementation = ServiceImplementation<typeof BehaviourService>;

async function serve(
  path: string,
  { maxReceive, maxHeaderList }: ServerLimits,
  implement: (drop: () => void, drain: () => void) => Implementation,
): Promise<RunningServer> {
  const options: ServerOptions = {
    ...(maxReceive !== undefined && { maxReceiveMessageBytes: maxReceive }),
    ...(maxHeaderList !== undefined && { maxHeaderListBytes: maxHeaderList }),
  };
  const server = new Server(options);
  let listener: Listener | undefined;
  const drain = () => {
    listener?.close();
    void server.close();
  };
  server.addService(
    BehaviourService,
    implement(() => listener?.drop(), drain),
  );
  listener = await listen(path, (socket) => server.handle(socket));
  return {
    async stop() {
      listener.close();
      server.destroy();
    },
  };
}

/** The service as an author writes it for our server. */
export function createImplementation(drop: () => void, drain: () => void): Implementation {
  const statusError = (code: number, details: string) => new StatusError(code as StatusError["code"], details);
  const behaviour = new BehaviourServer({ drop, drain, statusError });
  return {
    unary: (request, context) => last(behaviour.perform(once(request), toServedCall(context))),
    serverStream: (request, context) => behaviour.perform(once(request), toServedCall(context)),
    clientStream: (requests, context) =>
      last(behaviour.perform(requests[Symbol.asyncIterator](), toServedCall(context))),
    bidiStream: (requests, context) => behaviour.perform(requests[Symbol.asyncIterator](), toServedCall(context)),
    observe: ({ call, running }) => behaviour.observe(call, running),
    release({ call }) {
      behaviour.release(call);
      return {};
    },
  };
}

function toServedCall(context: CallContext): ServedCall {
  return {
    id: context.metadata.get("x-call") ?? "",
    metadata: toEntries(context.metadata),
    deadline: context.deadline ?? Number.POSITIVE_INFINITY,
    cancelled: new Promise((resolve) => {
      if (context.signal.aborted) resolve();
      else context.signal.addEventListener("abort", () => resolve());
    }),
    sendHeaders: (entries) => context.sendHeaders(addEntries(new Metadata(), entries)),
    setTrailers: (entries) => void addEntries(context.trailers, entries),
  };
}

function addEntries(metadata: Metadata, entries: readonly Action_Entry[]): Metadata {
  for (const { key, text, bytes } of entries) metadata.append(key, key.endsWith("-bin") ? bytes : text);
  return metadata;
}
