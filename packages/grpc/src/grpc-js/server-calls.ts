import type { EventEmitter } from "node:events";
import {
  Duplex,
  type DuplexOptions,
  Readable,
  type ReadableOptions,
  Writable,
  type WritableOptions,
} from "node:stream";
import type { Metadata as GrpcJsMetadata } from "@grpc/grpc-js";
import type { CallContext } from "../service/call.js";
import { fromGrpcJsMetadata, toGrpcJsMetadata } from "./metadata.js";
import { Responses } from "./responses.js";
import { statusErrorFrom } from "./status-error.js";

/** Adds the members that every call object of grpc-js has. */
export function addSurface<T extends EventEmitter>(call: T, context: CallContext, request: unknown) {
  const surface = Object.assign(call, {
    request,
    metadata: toGrpcJsMetadata(context.metadata),
    cancelled: false,
    getPeer: () => "unknown",
    getHost: () => "unknown",
    getPath: () => context.method,
    getDeadline: () => context.deadline ?? Number.POSITIVE_INFINITY,
    getAuthContext: () => ({}),
    sendMetadata: (metadata: GrpcJsMetadata) => context.sendHeaders(fromGrpcJsMetadata(metadata)),
  });
  context.signal.addEventListener("abort", () => {
    surface.cancelled = true;
    surface.emit("cancelled", "cancelled");
    if (call instanceof Readable || call instanceof Writable) call.destroy();
  });
  return surface;
}

/** The call object of a client stream. */
export function createReadable(requests: AsyncIterable<unknown>, context: CallContext) {
  return addSurface(new Readable(readableSide(requests)), context, undefined);
}

/** The call object of a server stream, or of a bidirectional one if there are `requests`; what it writes is in `responses`. */
export function createWritable(requests: AsyncIterable<unknown> | undefined, context: CallContext, request: unknown) {
  const responses = new Responses(() => stream.destroy());
  let failure: unknown;
  const options: WritableOptions = {
    objectMode: true,
    write: (message, _encoding, taken) => responses.put(message, taken),
    final(callback) {
      callback();
      responses.end(failure);
    },
    destroy(error, callback) {
      responses.end(failure ?? (error ? statusErrorFrom(error) : undefined));
      callback(error);
    },
  };
  const stream: Writable = requests
    ? new Duplex({ ...(readableSide(requests) as DuplexOptions), ...(options as DuplexOptions) })
    : new Writable(options);
  const end = stream.end.bind(stream);
  const call = Object.assign(addSurface(stream, context, request), {
    end(trailers?: GrpcJsMetadata) {
      if (trailers) context.trailers.merge(fromGrpcJsMetadata(trailers));
      return end();
    },
  });
  // Handlers emit "error" to end the call with a status; what they wrote before still goes out.
  stream.on("error", (error) => {
    failure ??= statusErrorFrom(error);
    stream.end();
  });
  return { call, responses };
}

function readableSide(requests: AsyncIterable<unknown>): ReadableOptions {
  const iterator = requests[Symbol.asyncIterator]();
  return {
    objectMode: true,
    read() {
      iterator.next().then(
        ({ done, value }) => this.push(done ? null : value),
        (error) => this.destroy(error),
      );
    },
  };
}
