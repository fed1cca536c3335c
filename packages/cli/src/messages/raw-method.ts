import type { MethodDefinition } from "@go-plugin/grpc";
import type { SchemaMethod } from "@go-plugin/proxy/schema";

/** A method whose messages are bytes. */
export function rawMethod(method: Pick<SchemaMethod, "path" | "requestStream" | "responseStream">): MethodDefinition {
  return {
    path: method.path,
    requestStream: method.requestStream,
    responseStream: method.responseStream,
    requestSerialize: identity,
    requestDeserialize: identity,
    responseSerialize: identity,
    responseDeserialize: identity,
  };
}

function identity<T>(bytes: T): T {
  return bytes;
}
