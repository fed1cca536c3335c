import { EventEmitter } from "node:events";
import type {
  Metadata as GrpcJsMetadata,
  handleBidiStreamingCall,
  handleClientStreamingCall,
  handleServerStreamingCall,
  handleUnaryCall,
  sendUnaryData,
  UntypedHandleCall,
} from "@grpc/grpc-js";
import type { CallContext } from "../service/call.js";
import {
  type MethodDefinition,
  methodName,
  type ServiceDefinition,
  type ServiceImplementation,
} from "../service/definition.js";
import { fromGrpcJsMetadata } from "./metadata.js";
import { addSurface, createReadable, createWritable } from "./server-calls.js";
import { statusErrorFrom } from "./status-error.js";

type HandlerOf<M> = M extends {
  requestStream: infer A;
  responseStream: infer B;
  // biome-ignore lint/suspicious/noExplicitAny: only the result is inferred
  requestDeserialize: (bytes: any) => infer I;
  // biome-ignore lint/suspicious/noExplicitAny: only the argument is inferred
  responseSerialize: (value: infer O) => any;
}
  ? [A, B] extends [false, false]
    ? handleUnaryCall<I, O>
    : [A, B] extends [true, false]
      ? handleClientStreamingCall<I, O>
      : [A, B] extends [false, true]
        ? handleServerStreamingCall<I, O>
        : [A, B] extends [true, true]
          ? handleBidiStreamingCall<I, O>
          : UntypedHandleCall
  : never;

/** Handlers of a service as they are written for grpc-js: the second argument of its `server.addService`. */
export type GrpcJsHandlers<S extends ServiceDefinition> = {
  [K in keyof S as string extends K ? never : K]: HandlerOf<S[K]>;
};

/**
 * Serves handlers that were written for grpc-js: `server.addService(service, fromGrpcJs(service, handlers))`. They get
 * callbacks, streams, metadata, `cancelled`, `sendMetadata` and `getDeadline`. Values that only a channel of grpc-js
 * has (`getPeer`, `getHost`, `getAuthContext`) are unknown or empty.
 * @throws {TypeError} if a method has no handler.
 */
export function fromGrpcJs<const S extends ServiceDefinition>(
  service: S,
  handlers: GrpcJsHandlers<S>,
): ServiceImplementation<S> {
  const untyped = handlers as Record<string, Handler | undefined>;
  const methods = Object.entries(service).map(([key, method]) => {
    const handler = untyped[key] ?? untyped[methodName(key)];
    if (typeof handler !== "function") {
      throw new TypeError(`no handler for ${method.path}: expected a function "${key}" or "${methodName(key)}"`);
    }
    return [methodName(key), adapt(method, handler.bind(handlers))];
  });
  return Object.fromEntries(methods);
}

// biome-ignore lint/suspicious/noExplicitAny: the kind of the method says which of grpc-js's four signatures it is
type Handler = (call: any, callback?: any) => unknown;

function adapt({ requestStream, responseStream }: MethodDefinition, handler: Handler) {
  if (responseStream) {
    return (request: unknown, context: CallContext) => {
      const requests = requestStream ? (request as AsyncIterable<unknown>) : undefined;
      const { call, responses } = createWritable(requests, context, requestStream ? undefined : request);
      run(
        () => handler(call),
        (error) => call.destroy(error as Error),
      );
      return responses;
    };
  }
  return (request: unknown, context: CallContext) =>
    new Promise((resolve, reject) => {
      const call = requestStream
        ? createReadable(request as AsyncIterable<unknown>, context)
        : addSurface(new EventEmitter(), context, request);
      const fail = (error: Error) => reject(statusErrorFrom(error));
      call.on("error", fail);
      context.signal.addEventListener("abort", () => reject(context.signal.reason));
      const respond: sendUnaryData<unknown> = (error, value, trailers?: GrpcJsMetadata) => {
        if (error) return reject(statusErrorFrom(error, trailers));
        if (trailers) context.trailers.merge(fromGrpcJsMetadata(trailers));
        resolve(value);
      };
      run(() => handler(call, respond), reject);
    });
}

/** Runs a handler, which may be an async function although grpc-js does not wait for it. */
function run(handler: () => unknown, fail: (error: unknown) => void): void {
  try {
    Promise.resolve(handler()).catch(fail);
  } catch (error) {
    fail(error);
  }
}
